/* Synthetic tables with the notation of UCX's. */
ucs_config_field_t base_config_table[] = {
  {"ALLOC", "heap", "Where memory comes from, \"quoted\".\n", 0, TYPE},
  {"MAX_EPS", "inf", "Most endpoints.", 0, TYPE},
  {NULL}
};

static ucs_config_field_t wire_config_table[] = {
  {"BASE_", "ALLOC=huge,thp;MAX_EPS=8", NULL, 0, UCS_CONFIG_TYPE_TABLE(base_config_table)},
  {"", "", NULL, 0, UCS_CONFIG_TYPE_TABLE(base_config_table)},
#ifdef HAVE_WIRE
  {"POLL", PP_QUOTE(MAX_POLL), "Polls.", 0, TYPE},
#endif
  {"SIZE", PP_QUOTE(WIRE_ENUM_SIZE), "Only the compiler knows it.", 0, TYPE},
  POOL_FIELDS("TX_", 1024, "send"),
  {NULL}
};

UCT_TL_DEFINE_ENTRY(&component, wire, query, wire_t, "WIRE_", wire_config_table, wire_config_t);

static ucs_config_field_t ucm_config_table[] = {
  {"EVENTS", "y", "Hooks.", 0, TYPE},
  {}
};
UCS_CONFIG_DECLARE_TABLE(ucm_config_table, "UCM", GLOBAL_PREFIX, t)

static uct_component_t component = {
    .md_config = {
        .name   = "memory",
        .prefix = "MD_",
        .table  = base_config_table,
    },
};
