@config
class BaseFrontendArgs:
    chat_template: str | None = None


@config
class FrontendArgs(BaseFrontendArgs):
    host: str | None = None
