"""The training loop of a printed script: the one of `core.training`, with what is configured and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from core.codegen import objective, transforming
from core.codegen.calls import literal
from core.codegen.printing import call, lines
from core.training.config import TrainingConfig

DTYPES = {"bf16": "torch.bfloat16", "fp16": "torch.float16"}
SCHEDULER = "torch.optim.lr_scheduler.LRScheduler"
AVERAGE = "from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn"
CONSTANTS = {
    "accumulate": 1, "clip_norm": 0.0, "clip_value": 0.0, "patience": 0, "ema": 0.0, "threads": 0
}  # fmt: skip
"""Settings that stand at the top of the script where they are not these."""


@dataclass(frozen=True)
class Loop:
    training: TrainingConfig
    classes: int
    """0 for a regression."""
    features: int
    """Values for each sample that leave the network."""

    def imports(self) -> list[str]:
        return [*transforming.imports(self.training), *([AVERAGE] if self.training.ema else [])]

    def constants(self) -> list[str]:
        given = {name: getattr(self.training, name) for name in CONSTANTS}
        written = [f"{name.upper()} = {literal(value)}" for name, value in given.items() if value != CONSTANTS[name]]
        return [*written, *objective.constants(self.training)]

    def definitions(self) -> list[str]:
        """Functions and classes, without the empty lines between them."""
        found = [*transforming.definitions(self.training)]
        found += ["\n".join(self._train_epoch()), *objective.definitions(self.training, self.classes, self.features)]
        prepare = objective.preparation(self.training, self.classes, self.features)
        if prepare is not None:
            comment, expression = prepare
            head = ["def prepare_targets(labels: Tensor) -> Tensor:", f'    """{comment}"""']
            found.append("\n".join([*head, f"    return {expression}"]))
        return [*found, "\n".join(self._evaluate())]

    def _extras(self) -> dict[str, str]:
        """What `train_epoch` needs beside model, loss and optimizer: names and their types."""
        after = objective.after_step(self.training)
        found = {name: SCHEDULER for name in ("warmup", "scheduler") if f"{name}.step()" in after}
        if self.training.ema:
            found["average"] = "AveragedModel"
        if self.training.precision == "fp16":
            found["scaler"] = "torch.amp.GradScaler"
        if transforming.varies(self.training):
            found["generator"] = "torch.Generator"
        return found

    def _train_epoch(self) -> list[str]:
        parameters = {
            "model": "nn.Module",
            "loss_fn": "nn.Module",
            "optimizer": "torch.optim.Optimizer",
            **self._extras(),
            "inputs": "Tensor",
            "targets": "Tensor",
            "order": "Tensor",
        }
        about = '    """Train on every sample once, in this order. The mean loss of the steps."""'
        found = [
            "def train_epoch(",
            *(f"    {name}: {kind}," for name, kind in parameters.items()),
            ") -> float:",
            about,
        ]
        found += ["    model.train()", "    total = 0.0"]
        several = self.training.accumulate > 1
        if several:
            found += [
                "    batches = order.split(BATCH_SIZE)",
                "    for index, batch in enumerate(batches):",
                "        if index % ACCUMULATE == 0:",
                "            optimizer.zero_grad()",
                "            together = min(ACCUMULATE, len(batches) - index)",
            ]
        else:
            found += ["    for batch in order.split(BATCH_SIZE):", "        optimizer.zero_grad()"]
        before, given = self._given(8, "batch")
        found += [*before, *self._in_precision(8, [f"loss = loss_fn(model({given}), targets[batch])"])]
        share = "loss / together" if several else "loss"
        if self.training.precision == "fp16":
            found.append(f"        scaler.scale({share}).backward()")
        else:
            found.append(f"        ({share}).backward()" if several else "        loss.backward()")
        counted = ["        total += loss.item() * len(batch)"]
        if several:
            found += [*counted, "        if index % ACCUMULATE == together - 1:"]
            found += [f"            {line}" for line in self._step()]
        else:
            found += [*(f"        {line}" for line in self._step()), *counted]
        return [*found, "    return total / len(order)"]

    def _step(self) -> list[str]:
        training = self.training
        scaled = training.precision == "fp16"
        found = ["scaler.unscale_(optimizer)"] if scaled and (training.clip_norm or training.clip_value) else []
        if training.clip_value:
            found.append("nn.utils.clip_grad_value_(model.parameters(), CLIP_VALUE)")
        if training.clip_norm:
            found.append("nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)")
        found += ["scaler.step(optimizer)", "scaler.update()"] if scaled else ["optimizer.step()"]
        found += objective.after_step(training)
        return [*found, "average.update_parameters(model)"] if training.ema else found

    def _given(self, indent: int, which: str) -> tuple[list[str], str]:
        """A batch as the network gets it, of training data or a part of the test data, and what is done before.

        Transforms compute in full numbers whatever the network does.
        """
        batch = f"inputs[{which}]"
        expression = transforming.prepared(self.training, batch, train=which == "batch")
        if self.training.precision == "fp32" or expression == batch:
            return [], expression
        return [f"{' ' * indent}samples = {expression}"], "samples"

    def _in_precision(self, indent: int, statements: list[str]) -> list[str]:
        """Statements in the context of a forward pass."""
        margin = " " * indent
        if self.training.precision == "fp32":
            return [margin + statement for statement in statements]
        head = f"{margin}with torch.autocast(inputs.device.type, {DTYPES[self.training.precision]}):"
        return [head, *(f"{margin}    {statement}" for statement in statements)]

    def _evaluate(self) -> list[str]:
        from core.training.evaluation import EVALUATION_BATCH

        counts = bool(self.classes)
        given = "labels" if counts else "targets"
        compared = f"{given}[part]"
        if objective.preparation(self.training, self.classes, self.features) is not None:
            compared = f"prepare_targets({compared})"
        kind = "tuple[float, float]" if counts else "float"
        about = "Mean loss and accuracy" if counts else "Mean loss"
        found = [
            "def evaluate(",
            f"    model: nn.Module, loss_fn: nn.Module, inputs: Tensor, {given}: Tensor",
            f") -> {kind}:",
            f'    """{about} on samples that were not trained on."""',
            "    model.eval()",
            "    total, right = 0.0, 0" if counts else "    total = 0.0",
            "    with torch.no_grad():",
            f"        for start in range(0, len(inputs), {EVALUATION_BATCH}):",
            f"            part = slice(start, start + {EVALUATION_BATCH})",
        ]
        before, samples = self._given(12, "part")
        found += before
        found += self._in_precision(12, [f"outputs = model({samples})", f"loss = loss_fn(outputs, {compared})"])
        found.append("            total += loss.item() * len(outputs)")
        if not counts:
            return [*found, "    return total / len(inputs)"]
        answers = objective.answers(self.training, self.features)
        found.append(f"            right += ({answers} == labels[part]).sum().item()")
        return [*found, "    return total / len(inputs), right / len(inputs)"]

    def main(self, model: str) -> str:
        """`model` are the lines that build it."""
        training = self.training
        given = "labels" if self.classes else "targets"
        prepared = objective.preparation(training, self.classes, self.features) is not None
        found = ["def main() -> None:"]
        if training.threads:
            found.append("    torch.set_num_threads(THREADS)")
        found += [
            '    device = torch.accelerator.current_accelerator(check_available=True) or "cpu"',
            "    data = [part.to(device) for part in load_data()]",
            f"    train_inputs, train_{given}, test_inputs, test_{given} = data",
            "",
            "    torch.manual_seed(SEED)",
            model,
            *objective.loss_lines(training),
            *objective.optimizer_lines(training),
            *objective.schedule_lines(training),
        ]
        if training.ema:
            items = ("model", "multi_avg_fn=get_ema_multi_avg_fn(EMA)", "use_buffers=True")
            found += lines(4, "average = ", call("AveragedModel", *items))
        if training.precision == "fp16":
            found.append("    scaler = torch.amp.GradScaler(train_inputs.device.type)")
        if training.compile:
            found.append("    compiled = torch.compile(model, dynamic=False)")
        found.append("    shuffle = torch.Generator().manual_seed(SEED)")
        if transforming.varies(training):
            found.append("    generator = torch.Generator().manual_seed(SEED)")
        if prepared:
            found.append("    train_targets = prepare_targets(train_labels)")
        if training.patience:
            found.append('    best_loss, waited = float("inf"), 0')
        found += [
            "    for epoch in range(1, EPOCHS + 1):",
            "        order = torch.randperm(len(train_inputs), generator=shuffle).to(device)",
            *self._epoch("targets" if prepared else given, given),
        ]
        return "\n".join([*found, "", "", 'if __name__ == "__main__":', "    main()"])

    def _epoch(self, compared: str, given: str) -> list[str]:
        training = self.training
        trained = "compiled" if training.compile else "model"
        items = [trained, "loss_fn", "optimizer", *self._extras(), "train_inputs", f"train_{compared}", "order"]
        found = lines(8, "train_loss = ", call("train_epoch", *items))
        tested = "average" if training.ema else "model"
        results = "test_loss, test_accuracy = " if self.classes else "test_loss = "
        found += lines(8, results, call("evaluate", tested, "loss_fn", "test_inputs", f"test_{given}"))
        found += [f"        {line}" for line in objective.after_epoch(training)]
        if self.classes:
            found += [
                "        print(",
                '            f"epoch {epoch}: train_loss {train_loss}, test_loss {test_loss}, "',
                '            f"test_accuracy {test_accuracy}"',
                "        )",
            ]
        else:
            found.append('        print(f"epoch {epoch}: train_loss {train_loss}, test_loss {test_loss}")')
        if training.patience:
            found += [
                "        waited = 0 if test_loss < best_loss else waited + 1",
                "        best_loss = min(best_loss, test_loss)",
                "        if waited == PATIENCE:",
                "            break",
            ]
        return found
