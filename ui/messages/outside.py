"""Why a network from another program cannot be opened: which tensor does not fit, and what to do."""

from __future__ import annotations

from rnn_core.errors import TensorFileError
from rnn_core.sharing import outside
from rnn_core.sharing.tensor_files import CONVERSION
from ui.language import gettext
from ui.messages import details
from ui.messages.formatting import plain


def refused(problem: TensorFileError) -> str:
    """Why the file, its vocabulary or its labels do not make a network that can be opened here."""
    tensor, found, expected = plain(problem.tensor), shape(problem.found), shape(problem.expected)
    detail = details.detail(problem.detail)
    match problem.reason:
        case "too_large":
            return gettext("It is too large: {detail}.", detail=detail)
        case "pickle" if problem.tensor:
            return gettext(
                "The array {tensor} contains Python objects. Opening it could run code, so it is refused. Save numbers only.",
                tensor=tensor,
            )
        case "pickle":
            return gettext(
                "This is a pickle, as torch.save writes it (.pt, .pth or .bin). Opening it could run code, so it is refused. Convert it on "
                "the computer where it was made, in Python: `{conversion}`",
                conversion=CONVERSION,
            )
        case "other_kind" if kind := details.kind_of_file(problem.detail):
            return gettext(
                "This looks like a file of the kind {kind}, which cannot be opened. Save the tensors as .safetensors or .npz.",
                kind=kind,
            )
        case "other_kind":
            return gettext("This is neither a .safetensors file nor an .npz file with arrays.")
        case "damaged" | "own_file":
            return gettext("This file is damaged or incomplete.")
        case "bad_description":
            return gettext("The description of the network in this file is damaged.")
        case "not_finite" if problem.tensor:
            return gettext("{tensor} contains a number that is not finite.", tensor=tensor)
        case "not_finite":
            return gettext("The sum of two biases is not finite.")
        case "over_limits" if problem.found is not None:
            return gettext(
                "This network is larger than this server allows: {tensor} has the shape {found}.", tensor=tensor, found=found
            )
        case "over_limits":
            return gettext("This network is larger than this server allows: {detail}.", detail=detail)
        case "too_many_tensors":
            return gettext("The file contains too many tensors: {detail}.", detail=detail)
        case "wrong_type":
            return gettext(
                "{tensor} has the type {kind}. The numbers must be float64, float32, float16 or bfloat16.",
                tensor=tensor,
                kind=plain(problem.detail.rpartition("; ")[2]),
            )
        case "no_recurrent_layer":
            return gettext("The file contains no nn.RNN, nn.GRU or nn.LSTM: no tensor has a name that ends in weight_ih_l0.")
        case "several_recurrent_layers":
            return gettext("{tensor} belongs to a second recurrent layer. A network here has one.", tensor=tensor)
        case "several_layers":
            return gettext("{tensor} belongs to a second layer. A network here has one (num_layers=1).", tensor=tensor)
        case "projection":
            return gettext(
                "{tensor} is a projection of the hidden state (proj_size), which a network here does not have.", tensor=tensor
            )
        case "activation":
            return gettext("The nn.RNN in this file does not use tanh. A vanilla RNN here does.")
        case "missing_tensor" if problem.tensor:
            return gettext("The tensor {tensor} is missing.", tensor=tensor)
        case "missing_tensor":
            return gettext("The linear layer (nn.Linear) on the last hidden state is missing.")
        case "unexpected_tensor":
            return gettext(
                "{tensor}, of shape {found}, does not fit. A network here has an embedding or one-hot input, one recurrent layer and one "
                "linear layer.",
                tensor=tensor,
                found=found,
            )
        case "wrong_shape" if problem.detail.endswith(outside.BY_WORD):
            return gettext(
                "{tensor} has the shape {found}. With this vocabulary it would be {expected}.",
                tensor=tensor,
                found=found,
                expected=expected,
            )
        case "wrong_shape" if problem.expected is not None:
            return gettext(
                "{tensor} has the shape {found}. It should be {expected}.", tensor=tensor, found=found, expected=expected
            )
        case "wrong_shape":
            return gettext("{tensor} has the shape {found}, which fits no layer here.", tensor=tensor, found=found)
        case "no_vocabulary":
            return gettext("The file does not contain its vocabulary. Add it.")
        case "bad_vocabulary":
            return gettext("The vocabulary cannot be used: {detail}.", detail=detail)
        case "no_labels":
            return gettext("The file does not contain its labels. Enter them.")
        case "bad_labels":
            return gettext("Enter at least two labels, each once.")
        case "wrong_number_of_labels":
            return gettext(
                "The network has {outputs} outputs. Enter as many labels, in the order of the outputs.",
                outputs=problem.found[0] if problem.found else "",
            )


def shape(size: tuple[int, ...] | None) -> str:
    """A tensor's shape; empty for none."""
    return "" if size is None else " × ".join(map(str, size)) or "1"
