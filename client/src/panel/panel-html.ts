/** Where the page of the panel finds its parts, as the webview calls them. */
export interface PanelParts {
  readonly script: string;
  readonly style: string;
  /** What the webview calls its own files in a content security policy. */
  readonly source: string;
  readonly nonce: string;
}

/** The page of the panel: nothing inline, nothing from elsewhere, no connection to anybody. */
export function panelHtml({ script, style, source, nonce }: PanelParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>NIXL Live Metrics</title>
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
