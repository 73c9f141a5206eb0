'use client'

import { useEffect, useState } from 'react'
import { groupDigits } from '#components/ui/figures.ts'
import { useCommands } from '#lib/client/use-page.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

const READ_EVERY_MS = 2_000

/**
 * What a backend says of its own work, read again and again while it is looked at; null before the first answer and for no backend.
 * A hidden tab asks nothing. Why there is no answer stands elsewhere on the page: the backend is down, or the link or the engine is gone.
 */
export function useOwnCount(backend: BackendKey | null): string | null {
  const { readLedger } = useCommands()
  const [said, setSaid] = useState<{ backend: BackendKey; text: string } | null>(null)
  useEffect(() => {
    if (backend === null) return
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async (): Promise<void> => {
      if (!document.hidden) {
        const ack = await readLedger(backend)
        if (isOver) return
        setSaid({ backend, text: ack.ok ? countText(ack.value.executed) : 'not known now' })
      }
      timer = setTimeout(read, READ_EVERY_MS)
    }
    timer = setTimeout(read)
    return () => {
      isOver = true
      clearTimeout(timer)
      setSaid(null)
    }
  }, [backend, readLedger])
  return said !== null && said.backend === backend ? said.text : null
}

const countText = (executed: number): string =>
  `${groupDigits(executed)} ${executed === 1 ? 'request' : 'requests'} since its start`
