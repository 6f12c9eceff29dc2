import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    VLLM_ALPHA: str = "localhost"
    VLLM_BETA: int = 1
    VLLM_GAMMA: str | None = None
    HOME: str = ""

# A comment with "VLLM_COMMENTED": lambda.
environment_variables: dict[str, Callable[[], Any]] = {
    "VLLM_ALPHA": lambda: os.getenv("VLLM_ALPHA", "localhost"),
    # The declaration above says 1: what is read at run time counts.
    "VLLM_BETA": lambda: int(os.environ.get("VLLM_BETA", "2")),
    "VLLM_GAMMA": lambda: os.getenv("VLLM_GAMMA"),
    "HOME": lambda: os.getenv("HOME"),
}
