import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contrast, distance, EYES } from './colour-science.ts'

const css = readFileSync(new URL('../../../../app/globals.css', import.meta.url), 'utf8')

const tokensOf = (selector: string): Record<string, string> => {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? ''
  return Object.fromEntries(
    [...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map((found) => [found[1], found[2]]),
  )
}

const THEMES = { light: tokensOf(':root'), dark: tokensOf(':root[data-theme="dark"]') }
const HUES = Array.from({ length: 8 }, (_, index) => `backend-${index + 1}`)

describe.each(Object.entries(THEMES))('the %s theme', (_name, tokens) => {
  const colour = (name: string): string => {
    const value = tokens[name]
    if (!value) throw new Error(`The theme has no --${name}`)
    return value
  }

  test.each(HUES)('%s stands out 3:1 from the panel and from raised boxes', (hue) => {
    expect(contrast(colour(hue), colour('panel'))).toBeGreaterThanOrEqual(3)
    expect(contrast(colour(hue), colour('raise'))).toBeGreaterThanOrEqual(3)
  })

  test('no two hues look alike, to ordinary and to colour-blind eyes', () => {
    const alike = HUES.flatMap((one, index) =>
      HUES.slice(index + 1).flatMap((other) =>
        EYES.filter((eye) => distance(colour(one), colour(other), eye) < 0.05).map((eye) => `${one} ${other} ${eye}`),
      ),
    )
    expect(alike).toEqual([])
  })

  test('no hue looks like failure', () => {
    for (const hue of HUES)
      for (const eye of EYES) expect(distance(colour(hue), colour('status-failed'), eye)).toBeGreaterThan(0.045)
  })

  test.each(['bg', 'panel', 'raise'])('words are read on %s at 4.5:1, quiet and failed ones too', (ground) => {
    for (const ink of ['text', 'text-muted', 'status-failed'])
      expect(contrast(colour(ink), colour(ground))).toBeGreaterThanOrEqual(4.5)
  })

  test('the borders of controls and the ring of the focus are seen at 3:1', () => {
    for (const ground of ['bg', 'panel', 'raise'])
      for (const border of ['edge', 'focus']) expect(contrast(colour(border), colour(ground))).toBeGreaterThanOrEqual(3)
  })

  test('the word on the main button is read at 7:1', () => {
    expect(contrast(colour('ink'), colour('act'))).toBeGreaterThanOrEqual(7)
  })
})

test('both themes define the same colours', () => {
  expect(Object.keys(THEMES.dark)).toEqual(Object.keys(THEMES.light))
})
