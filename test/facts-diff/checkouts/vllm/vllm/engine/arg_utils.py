def add_cli_args(parser):
    parser.add_argument("--model", **model["model"])
    parser.add_argument("--tensor-size", "-tp", **parallel["tensor"])
    parser.add_argument(
        "--kv-config",
        type=loads,
    )
