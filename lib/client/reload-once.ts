const KEY = 'robinscope-reloaded-for'

export type ReloadParts = {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  reload: () => void
}

export type ReloadOnce = {
  /** False: it was tried already. */
  forReason: (reason: string) => boolean
  /** All is well again: the same reason may come later. */
  settle: () => void
}

/** Reloads the page for a reason unless the last reload was for the very same: a page that loads itself for ever helps nobody. */
export function createReloadOnce({ storage, reload }: ReloadParts): ReloadOnce {
  return {
    forReason: (reason) => {
      if (storage.getItem(KEY) === reason) return false
      storage.setItem(KEY, reason)
      reload()
      return true
    },
    settle: () => storage.removeItem(KEY),
  }
}
