'use client'

import { type RefObject, useLayoutEffect, useState } from 'react'

export type BoxSize = { width: number; height: number }

/** The size of an element in CSS pixels, whole; null before it was measured, and while it is not shown. */
export function useBoxSize(ref: RefObject<HTMLElement | null>): BoxSize | null {
  const [size, setSize] = useState<BoxSize | null>(null)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () => {
      const width = element.clientWidth
      const height = element.clientHeight
      setSize((known) => {
        if (width === 0 || height === 0) return null
        return known?.width === width && known.height === height ? known : { width, height }
      })
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [ref])
  return size
}
