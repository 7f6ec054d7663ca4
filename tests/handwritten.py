"""Networks of the gallery that torchvision does not have, written by hand as a person would, or from its own parts."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torchvision.models.densenet import _DenseBlock, _Transition
from torchvision.models.googlenet import BasicConv2d, Inception


class DigitsDenseNet(nn.Sequential):
    """Two of torchvision's dense blocks with a transition between them."""

    def __init__(self) -> None:
        layers: list[tuple[str, nn.Module]] = [
            ("conv0", nn.Conv2d(1, 24, 3, padding=1, bias=False)),
            ("denseblock1", _DenseBlock(4, 24, bn_size=4, growth_rate=12, drop_rate=0.0)),
            ("transition1", _Transition(72, 36)),
            ("denseblock2", _DenseBlock(4, 36, bn_size=4, growth_rate=12, drop_rate=0.0)),
            ("norm5", nn.BatchNorm2d(84)),
            ("relu5", nn.ReLU(inplace=True)),
            ("avgpool", nn.AdaptiveAvgPool2d(1)),
            ("flatten", nn.Flatten()),
            ("classifier", nn.Linear(84, 10)),
        ]
        super().__init__(OrderedDict(layers))


class FashionInception(nn.Sequential):
    """Three of torchvision's Inceptions between two poolings."""

    def __init__(self) -> None:
        layers: list[tuple[str, nn.Module]] = [
            ("conv1", BasicConv2d(1, 32, kernel_size=3, padding=1)),
            ("maxpool1", nn.MaxPool2d(2)),
            ("inception2a", Inception(32, 16, 16, 24, 8, 12, 12)),
            ("inception2b", Inception(64, 24, 24, 32, 8, 16, 16)),
            ("maxpool2", nn.MaxPool2d(2)),
            ("inception3", Inception(88, 48, 32, 64, 12, 24, 24)),
            ("avgpool", nn.AdaptiveAvgPool2d(1)),
            ("flatten", nn.Flatten()),
            ("dropout", nn.Dropout(0.2)),
            ("fc", nn.Linear(160, 10)),
        ]
        super().__init__(OrderedDict(layers))


class DoubleConv(nn.Module):
    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(x)))


class Down(nn.Module):
    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(2)
        self.conv = DoubleConv(in_channels, out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(self.pool(x))


class Up(nn.Module):
    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.conv = DoubleConv(in_channels, out_channels)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.conv(torch.cat([skip, self.up(x)], dim=1))


class UNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inc = DoubleConv(3, 64)
        self.down1, self.down2 = Down(64, 128), Down(128, 256)
        self.down3, self.down4 = Down(256, 512), Down(512, 1024)
        self.up1, self.up2 = Up(1024, 512), Up(512, 256)
        self.up3, self.up4 = Up(256, 128), Up(128, 64)
        self.outc = nn.Conv2d(64, 2, 1)

    def forward(self, images: Tensor) -> Tensor:
        x1 = self.inc(images)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x4 = self.down3(x3)
        x = self.up1(self.down4(x4), x4)
        x = self.up2(x, x3)
        x = self.up3(x, x2)
        return self.outc(self.up4(x, x1))


class LSTMClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(10_000, 128)
        self.lstm = nn.LSTM(128, 128, num_layers=2, batch_first=True, dropout=0.2)
        self.dropout = nn.Dropout()
        self.fc = nn.Linear(128, 4)

    def forward(self, tokens: Tensor) -> Tensor:
        output, _ = self.lstm(self.embedding(tokens))
        return self.fc(self.dropout(output[:, -1]))


class GRUClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(10_000, 128)
        self.gru = nn.GRU(128, 128, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout()
        self.fc = nn.Linear(256, 4)

    def forward(self, tokens: Tensor) -> Tensor:
        _, h_n = self.gru(self.embedding(tokens))
        return self.fc(self.dropout(torch.cat([h_n[0], h_n[1]], dim=1)))


class EncoderLayer(nn.Module):
    """What `nn.TransformerEncoderLayer` computes, with its names."""

    def __init__(self) -> None:
        super().__init__()
        self.self_attn = nn.MultiheadAttention(128, 4, dropout=0.1, batch_first=True)
        self.dropout1 = nn.Dropout(0.1)
        self.norm1 = nn.LayerNorm(128)
        self.linear1 = nn.Linear(128, 512)
        self.dropout = nn.Dropout(0.1)
        self.linear2 = nn.Linear(512, 128)
        self.dropout2 = nn.Dropout(0.1)
        self.norm2 = nn.LayerNorm(128)

    def forward(self, x: Tensor) -> Tensor:
        attended, _ = self.self_attn(x, x, x)
        x = self.norm1(x + self.dropout1(attended))
        hidden = self.dropout(torch.relu(self.linear1(x)))
        return self.norm2(x + self.dropout2(self.linear2(hidden)))


class TransformerClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(10_000, 128)
        self.position_embedding = nn.Embedding(64, 128)
        self.dropout = nn.Dropout(0.1)
        self.layers = nn.Sequential(EncoderLayer(), EncoderLayer())
        self.fc = nn.Linear(128, 4)

    def forward(self, tokens: Tensor) -> Tensor:
        positions = torch.arange(tokens.size(1), device=tokens.device)
        x = self.dropout(self.embedding(tokens) + self.position_embedding(positions))
        return self.fc(self.layers(x).mean(dim=1))
