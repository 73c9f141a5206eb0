'use client'

import { useEffect, useState } from 'react'
import { useSampleLog } from '#lib/client/use-page.ts'

/** Renders again when samples have come, at most once in `intervalMs`. Returns a number that counts up with it. */
export function useLogTick(intervalMs: number): number {
  const log = useSampleLog()
  const [tick, setTick] = useState(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const wake = () => {
      timer ??= setTimeout(() => {
        timer = null
        setTick((count) => count + 1)
      }, intervalMs)
    }
    // What came before this listened.
    if (log.nextSeq > log.firstSeq) wake()
    const stop = log.subscribe(wake)
    return () => {
      stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [log, intervalMs])
  return tick
}
