"""An advisor sells what any place of the maison holds: pieces put together for a client, who pays by a link."""
