import type { Locator } from '@playwright/test'
import type { Backend } from '#lib/protocol/model.ts'

export type Legibility = {
  /** Backends whose number and first hex digits stand together on the page. */
  shown: number
  /** Of these, how many are not wholly within the region. */
  outside: number
  overlapping: number
  /** How many hide a part of their own text. */
  cut: number
  smallestTextPx: number
}

/** Measures what the eye needs to tell backends apart in the diagram. */
export function legibility(cluster: Locator, backends: Backend[]): Promise<Legibility> {
  const wanted = backends.map(({ number, backend }) => ({ number: String(number), digits: backend.slice(0, 4) }))
  return cluster.evaluate((region, names) => {
    const texts = [...region.querySelectorAll('*')].filter((one) => one.children.length === 0 && one.textContent)
    const frame = region.getBoundingClientRect()
    const chips = names.flatMap(({ number, digits }) => {
      const name = texts.find((one) => one.textContent?.startsWith(digits))
      let chip = name?.parentElement ?? null
      while (chip && chip !== region && !new RegExp(`(^|\\D)${number}(\\D|$)`).test(chip.textContent ?? ''))
        chip = chip.parentElement
      return name && chip && chip !== region ? [{ name, box: name.getBoundingClientRect() }] : []
    })
    const within = (box: DOMRect): boolean =>
      box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom
    const touch = (a: DOMRect, b: DOMRect): boolean =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
    return {
      shown: chips.length,
      outside: chips.filter(({ box }) => !within(box)).length,
      overlapping: chips.filter((a, index) => chips.slice(index + 1).some((b) => touch(a.box, b.box))).length,
      cut: chips.filter(({ name }) => name.scrollWidth > name.clientWidth + 1 && name.clientWidth > 0).length,
      smallestTextPx: Math.min(...chips.map(({ name }) => Number.parseFloat(getComputedStyle(name).fontSize))),
    }
  }, wanted)
}
