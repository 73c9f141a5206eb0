'use client'

import { useMemo } from 'react'
import { usePaintedTheme } from '#components/theme/theme.ts'
import { HUES, hueOf } from '#lib/client/hues.ts'

/** What a canvas needs of the theme, as values. */
export type Colours = {
  text: string
  muted: string
  line: string
  edge: string
  panel: string
  raise: string
  failed: string
  backend: (number: number) => string
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement)
  const value = (name: string) => style.getPropertyValue(name).trim()
  // Read once: the style is live, and asking it in a drawing of every frame costs more than the drawing.
  const hues = Array.from({ length: HUES }, (_, index) => value(hueOf(index + 1).variable))
  return {
    text: value('--text'),
    muted: value('--text-muted'),
    line: value('--line'),
    edge: value('--edge'),
    panel: value('--panel'),
    raise: value('--raise'),
    failed: value('--status-failed'),
    backend: (number) => hues[(number - 1) % HUES] ?? '',
  }
}

/** The colours of the theme on screen; null before the page has run in a browser. */
export function useColours(): Colours | null {
  const theme = usePaintedTheme()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the document, which the theme changes.
  return useMemo(() => (typeof document === 'undefined' ? null : readColours()), [theme])
}

const STRIPE_PX = 7

/** Diagonal stripes of a colour on the panel: the ninth hue and on, and what nobody answered. */
export function stripes(colour: string, panel: string, ratio: number): CanvasPattern | string {
  const size = STRIPE_PX * ratio
  const tile = new OffscreenCanvas(size, size)
  const ink = tile.getContext('2d')
  if (!ink) return colour
  ink.fillStyle = panel
  ink.fillRect(0, 0, size, size)
  ink.strokeStyle = colour
  ink.lineWidth = size * 0.55
  ink.beginPath()
  for (const shift of [-size, 0, size]) {
    ink.moveTo(shift - 1, size + 1)
    ink.lineTo(shift + size + 1, -1)
  }
  ink.stroke()
  return ink.createPattern(tile, 'repeat') ?? colour
}
