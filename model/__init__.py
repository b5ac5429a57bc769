"""The agent-based model: state, rules, networks, programmes, one month's step."""
