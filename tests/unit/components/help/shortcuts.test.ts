import { describe, expect, test } from 'vitest'
import { type Press, SHORTCUTS, shortcutOf } from '#components/help/shortcuts.ts'

const press = (key: string, changes: Partial<Press> = {}): Press => ({
  ...{ key, modified: false, repeated: false, inField: false, inOverlay: false },
  ...changes,
})

describe('shortcuts', () => {
  test('every listed key works, and no key has two meanings', () => {
    for (const { keys, shortcut } of SHORTCUTS)
      for (const key of keys) expect(shortcutOf(press(key), true)).toBe(shortcut)
    const keys = SHORTCUTS.flatMap((one) => one.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test.each([{ inField: true }, { modified: true }, { repeated: true }, { inOverlay: true }])(
    'none works with %j',
    (state) => {
      for (const { keys } of SHORTCUTS) for (const key of keys) expect(shortcutOf(press(key, state), true)).toBeNull()
    },
  )

  test('switched off, single characters mean nothing and Esc still cancels', () => {
    expect(shortcutOf(press('b'), false)).toBeNull()
    expect(shortcutOf(press('?'), false)).toBeNull()
    expect(shortcutOf(press('Escape'), false)).toBe('cancel')
  })

  test('an unknown key is left alone', () => {
    expect(shortcutOf(press('x'), true)).toBeNull()
    expect(shortcutOf(press('Tab'), true)).toBeNull()
  })
})
