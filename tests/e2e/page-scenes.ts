import { expect } from '@playwright/test'
import { keyOf } from './fake-run.ts'
import { burstScene, emptyScene, mixedSnapshot, snapshotOf } from './fake-scenes.ts'
import { INSPECTED } from './inspector-scenes.ts'
import { type State, scene, visible } from './page-state.ts'

const engineGone = snapshotOf(3, {
  trouble: {
    code: 'engine-gone',
    detail: 'The engine does not answer on its socket.',
    since: '2026-01-05T10:00:05.000Z',
  },
})

const PANELS: State[] = [
  {
    name: 'loading',
    script: { kind: 'silent' },
    shows: (dashboard) => visible(dashboard, /connecting|looking|waiting/i),
  },
  {
    name: 'empty',
    script: scene(emptyScene(snapshotOf(2))),
    shows: (dashboard) => expect(dashboard.tape.getByRole('button', { name: /send/i })).toBeVisible(),
  },
  {
    name: 'nobody',
    script: scene(emptyScene(snapshotOf(0))),
    shows: (dashboard) => expect(dashboard.cluster.getByRole('button', { name: /add/i }).first()).toBeVisible(),
  },
  {
    name: 'live',
    script: scene(burstScene(3, 72, { requests: 120 })),
    shows: (dashboard) => expect(dashboard.page.getByRole('progressbar')).toBeVisible(),
  },
  {
    name: 'finished',
    script: scene(burstScene(3, 72)),
    shows: (dashboard) => expect(dashboard.verdict('72 answered, 24 each, in strict rotation.')).toBeVisible(),
  },
  {
    name: 'scaling',
    script: scene(burstScene(3, 60, { snapshot: mixedSnapshot() })),
    shows: async (dashboard) => {
      for (const word of ['starting', 'draining', 'down'])
        await expect(dashboard.cluster.getByRole('button', { name: new RegExp(word) }).first()).toBeVisible()
      await expect(dashboard.backend(keyOf(4), 'starting')).not.toHaveAccessibleName(/answered [1-9]/)
    },
  },
  {
    name: 'disconnected',
    script: scene(burstScene(3, 72)),
    act: async (_dashboard, server) => server.vanish(),
    shows: (dashboard) => visible(dashboard, /lost|gone|reconnect|trying again/i),
  },
  {
    name: 'engine-gone',
    script: scene(burstScene(3, 72, { snapshot: engineGone })),
    shows: (dashboard) => visible(dashboard, /engine/i),
  },
  {
    name: 'error',
    script: scene(emptyScene(snapshotOf(3))),
    act: async (dashboard) => dashboard.addReplica.click(),
    shows: (dashboard) => visible(dashboard, /did not get ready/),
  },
  {
    name: 'fifty',
    script: scene(burstScene(50, 400)),
    shows: (dashboard) => expect(dashboard.verdict('400 answered, 8 each, in strict rotation.')).toBeVisible(),
  },
]

/** Every state of the page. */
export const STATES: readonly State[] = [...PANELS, ...INSPECTED]
