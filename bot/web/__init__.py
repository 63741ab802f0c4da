"""What pages and APIs share: routes with their rule, middleware, security headers, templates, static files."""
