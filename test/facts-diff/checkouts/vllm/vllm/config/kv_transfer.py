from dataclasses import field


@config
class KVTransferConfig:
    """Synthetic: only the shape is upstream's."""

    kv_connector: str | None = None
    """A docstring behind a field."""

    kv_buffer_size: float = 1e9
    kv_ip: str = "127.0.0.1"
    kv_port: int = 14_579
    kv_device: str = field(default_factory=device)

    def helper(self) -> None:
        inner: int = 3


class Other:
    kv_port: int = 1
