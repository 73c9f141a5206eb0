import type { Locator } from '@playwright/test'
import type { Backend } from '#lib/protocol/model.ts'

export type Legibility = {
  /** Backends whose number and first four hex digits stand together on the page. */
  shown: number
  /** Texts of these that are not wholly within the region. */
  outside: number
  /** Texts of these that lie on one another. */
  overlapping: number
  smallestTextPx: number
}

/** Measures what the eye needs to tell backends apart in the diagram. */
export function legibility(cluster: Locator, backends: Backend[]): Promise<Legibility> {
  const wanted = backends.map(({ number, backend }) => ({ number: String(number), digits: backend.slice(0, 4) }))
  return cluster.evaluate((region, names) => {
    const leaves = (of: Element): Element[] =>
      [...of.querySelectorAll('*')].filter((one) => one.children.length === 0 && one.textContent?.trim())
    const marks = [...region.querySelectorAll('[aria-label^="backend "]')]
    const shown = names.flatMap(({ number, digits }) => {
      const mark = marks.find((one) => one.getAttribute('aria-label')?.startsWith(`backend ${number}, ${digits}`))
      const texts = mark ? leaves(mark) : []
      const hasNumber = texts.some((one) => one.textContent?.trim() === number)
      return hasNumber && texts.some((one) => one.textContent?.trim().startsWith(digits)) ? [texts] : []
    })
    const frame = region.getBoundingClientRect()
    const boxes = shown.flat().map((one) => one.getBoundingClientRect())
    const touch = (a: DOMRect, b: DOMRect): boolean =>
      a.left + 1 < b.right && b.left + 1 < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom
    const sizeOf = (one: Element): number => {
      const scale = one instanceof SVGGraphicsElement ? (one.getScreenCTM()?.a ?? 1) : 1
      return Number.parseFloat(getComputedStyle(one).fontSize) * scale
    }
    return {
      shown: shown.length,
      outside: boxes.filter(
        (box) => box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom,
      ).length,
      overlapping: boxes.filter((a, index) => boxes.slice(index + 1).some((b) => touch(a, b))).length,
      smallestTextPx: Math.min(...shown.flat().map(sizeOf)),
    }
  }, wanted)
}
