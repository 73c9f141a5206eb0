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

  test.each([{ inField: true }, { modified: true }, { inOverlay: true }])('none works with %j', (state) => {
    for (const { keys } of SHORTCUTS) for (const key of keys) expect(shortcutOf(press(key, state), true)).toBeNull()
  })

  test('a key that is held down walks from request to request, and does nothing else again', () => {
    const walks = SHORTCUTS.filter(({ keys }) => keys.some((key) => shortcutOf(press(key, { repeated: true }), true)))
    expect(walks.map(({ shortcut }) => shortcut)).toEqual(['earlier', 'later'])
  })

  test('switched off, single characters mean nothing; Esc and the arrows still do', () => {
    for (const key of ['b', '?', '0', '3']) expect(shortcutOf(press(key), false)).toBeNull()
    expect(shortcutOf(press('Escape'), false)).toBe('back')
    expect(shortcutOf(press('ArrowLeft'), false)).toBe('earlier')
  })

  test('an unknown key is left alone', () => {
    expect(shortcutOf(press('x'), true)).toBeNull()
    expect(shortcutOf(press('Tab'), true)).toBeNull()
  })
})
