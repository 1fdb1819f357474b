"""What each address costs when it is read, so that a source which asks for much of what is dear is told to wait (`portal.limits`).

An address has exactly one cost, and a new one must choose: `tests/security/test_limits.py` compares this page with all addresses.
"""

from __future__ import annotations

from typing import Final

# What one source may ask in a minute. A town hall, a school, is one source: each is what forty people do without hurry.
# "form" and "write" are of what is sent, whatever the address: by a person, by a program with its token.
LIMITS: Final = {"page": 1_200, "search": 600, "rows": 400, "export": 60, "form": 60, "write": 600}

NAMES: Final = {
    # Walked by harvesters, peers and robots, made to be; or answered from what the process holds.
    "": """
        feed feed_as feed_leaf feed_leaf_as feed_node feed_node_as
        catalogue catalogue_as record record_as record_quality record_quality_as body body_as sitemap sitemap_part
        peer_card robots security health metrics territory_style language logo opensearch schemas schema api_openapi table_openapi
        indicators_openapi indicators_schema indicators_units demonstration_catalogue demonstration_file
    """,
    # A few rows of the base, by their keys.
    "page": """
        home about legal accessibility privacy notices
        tile dataset service organisation help help_page page pages page_new page_edit themes identity quality login second_step second_step_first external
        external_back external_link forgotten reset_confirm invitation logout account own_code password sessions tokens
        edit draft withdrawal drafts proposal deposit_file dataset_access mandates publish body_groups members sharing drop
        type_new indicators indicator_access alert_ask alerts alert_stop board_keep board_change reuse reuses reuse_declare
        reuses_review questions question question_ask questions_review followed harvests
        instances harvest_new harvest rules style searches late trail recipes synonyms api_bulk
        api_dataset api_dataset_files api_dataset_state api_service api_service_state table_api api_indicators api_indicator
    """,
    # The search index.
    "search": "topics topic search search_map api_search search_feed proposals suggestions similar follow",
    # Rows of a table or figures of a country, lists without end, two versions of a record side by side.
    "rows": """
        rows table table_embed table_preview table_reading typed dropped side_by_side indicator indicator_embed
        territory boards board observations record_past record_before service_past service_before rehearsal
        replacement api_datasets api_services main_documents reuses_shown attendance
    """,
    # A whole file.
    "export": """
        api_file main_documents_csv attendance_csv feed_dump rows_as dump observations_as national_layout indicator_figures indicator_drawing trail_as original
        deposit
    """,
}
COSTS: Final = {name: cost for cost, names in NAMES.items() for name in names.split()}
