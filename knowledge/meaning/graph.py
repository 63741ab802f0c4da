"""The transformer of `multilingual-e5-small` as an ONNX graph over its 4-bit weights, for onnxruntime.

Wang et al., "Multilingual E5 Text Embeddings" (2024): a BERT encoder (post-norm, 12 layers of 384), the mean of the
last layer, length 1. In: `x` (N, T, width), the sums of piece and position embeddings; out: `y` (N, width).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, helper, numpy_helper

from knowledge.meaning.packed import BLOCK, Packed

_MICROSOFT = "com.microsoft"  # onnxruntime's own operators: 4-bit products, attention and norms in one step
_IR, _OPSET = 9, 18


@dataclass
class _Graph:
    packed: Packed
    nodes: list[NodeProto] = field(default_factory=list)
    weights: list[TensorProto] = field(default_factory=list)

    def constant(self, name: str, values: npt.NDArray[np.generic]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def vector(self, name: str) -> str:
        return self.constant(name, self.packed.floats(name, -1))

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        domain = "" if kind in {"LayerNormalization", "ReduceMean", "LpNormalization"} else _MICROSOFT
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def linear(self, x: str, name: str, out: int, into: int) -> str:
        """x @ weights + bias, the weights left in 4 bits; accuracy_level 1: computed in 32-bit floats."""
        blocks = self.packed.blocks(f"{name}.w", out, into)
        scales = blocks["scale"].astype(np.float32).reshape(-1)
        inputs = [
            x,
            self.constant(f"{name}.pairs", neighbours(blocks["pairs"])),
            self.constant(f"{name}.scales", scales),
            "",
            "",
            self.vector(f"{name}.b"),
        ]
        return self.add("MatMulNBits", inputs, name, K=into, N=out, bits=4, block_size=BLOCK, accuracy_level=1)

    def norm(self, x: str, skip: str, name: str) -> str:
        """The norm of x + skip."""
        inputs = [x, skip, self.vector(f"{name}.w"), self.vector(f"{name}.b")]
        return self.add("SkipLayerNormalization", inputs, name, epsilon=self.packed.shape.epsilon)


def graph(packed: Packed) -> bytes:
    """The serialised model."""
    shape = packed.shape
    made = _Graph(packed)
    first = ["x", made.vector("emb.ln.w"), made.vector("emb.ln.b")]
    x = made.add("LayerNormalization", first, "emb.ln", axis=-1, epsilon=shape.epsilon)
    for number in range(shape.layers):
        layer = f"l{number}"
        parts = [made.linear(x, f"{layer}.{part}", shape.width, shape.width) for part in "qkv"]
        seen = made.add("MultiHeadAttention", parts, f"{layer}.seen", num_heads=shape.heads)
        x = made.norm(made.linear(seen, f"{layer}.ao", shape.width, shape.width), x, f"{layer}.aln")
        inner = made.add("Gelu", [made.linear(x, f"{layer}.fi", shape.inner, shape.width)], f"{layer}.gelu")
        x = made.norm(made.linear(inner, f"{layer}.fo", shape.width, shape.inner), x, f"{layer}.oln")
    mean = made.add("ReduceMean", [x, made.constant("pieces", np.array([1]))], "mean", keepdims=0)
    made.add("LpNormalization", [mean], "y", axis=-1, p=2)
    model = helper.make_model(
        helper.make_graph(
            made.nodes,
            "e5",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", "t", shape.width])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", shape.width])],
            made.weights,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)],
    )
    model.ir_version = _IR
    return bytes(model.SerializeToString())


def neighbours(pairs: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Bytes of (first half, second half) of a block as bytes of neighbours, which onnxruntime wants."""
    values = np.concatenate([pairs & 15, pairs >> 4], axis=-1)
    return np.asarray(values[..., 0::2] | (values[..., 1::2] << 4), np.uint8)
