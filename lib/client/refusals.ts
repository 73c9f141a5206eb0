/** What the server said when it let this page not in: a code as the error's message, or a whole problem with it. */
export type Refusal = { code: string; detail: string }

const DETAILS: Record<string, string> = {
  'no-token': 'This page’s token is not the server’s. Reload the page.',
  'too-many-browsers': 'As many browsers as the server allows are watching already. Close one, then reload.',
  outdated: 'This page and the server are different versions. Reload it without its cache.',
}

/** socket.io gives the page an Error whose message is the server’s, and its `data` if the server gave any. */
export function refusalOf(error: Error & { data?: { code?: string; detail?: string } }): Refusal {
  const code = error.data?.code ?? error.message
  return { code, detail: error.data?.detail ?? DETAILS[code] ?? `The server refused this page: ${error.message}` }
}

const KEY = 'robinscope-reloaded-for'

export type ReloadParts = {
  /** Remembers over a reload why it was made; null where the browser blocks storage. */
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null
  reload: () => void
}

export type ReloadOnce = {
  /** False: it was tried already, or nothing could remember that it was. */
  forReason: (reason: string) => boolean
  /** All is well again: the same reason may come later. */
  settle: () => void
}

/** Reloads the page for a reason unless the last reload was for the very same: a page must not reload itself for ever. */
export function createReloadOnce({ storage, reload }: ReloadParts): ReloadOnce {
  return {
    forReason: (reason) => {
      if (storage === null || storage.getItem(KEY) === reason) return false
      storage.setItem(KEY, reason)
      reload()
      return true
    },
    settle: () => storage?.removeItem(KEY),
  }
}

/** Null where the browser blocks storage: reading the property throws there. */
export function sessionStorageOrNull(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null
  }
}
