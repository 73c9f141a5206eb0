/** What the server said when it let this page not in: a code as the error's message, or a whole problem with it. */
export type Refusal = { code: string; detail: string }

const DETAILS: Record<string, string> = {
  'no-token': 'This page’s token is not the server’s. Reload the page.',
  'too-many-browsers': 'As many browsers as the server allows are watching already. Close one, then reload.',
  outdated: 'This page and the server are of different versions. Reload it without its cache.',
}

/** socket.io gives the page an Error whose message is the server’s, and its `data` if the server gave any. */
export function refusalOf(error: Error & { data?: { code?: string; detail?: string } }): Refusal {
  const code = error.data?.code ?? error.message
  return { code, detail: error.data?.detail ?? DETAILS[code] ?? `The server refused this page: ${error.message}` }
}
