serve_parser.add_argument("--api-count", "-asc", type=int)
