import { describe, expect, test } from 'vitest'
import { announcementOf } from '#components/notices/announcements.ts'
import { noticesOf } from '#components/notices/notices.ts'
import { stalenessOf } from '#components/notices/stale-mark.tsx'
import {
  INITIAL_PAGE_STATE,
  type LinkState,
  NOTHING_SHOWN,
  type PageState,
  type Shown,
} from '#lib/client/page-state.ts'
import { backend, runningBurst, snapshot } from '../page-states.ts'

const linked = (state: LinkState, changes: Partial<PageState> = {}): PageState => ({
  ...INITIAL_PAGE_STATE,
  link: { state, since: Date.parse('2026-01-05T10:00:00'), detail: null },
  cluster: snapshot(),
  ...changes,
})
const shows = (changes: Partial<Shown>) => ({ shown: { ...NOTHING_SHOWN, ...changes } })
const engineGone = snapshot({
  trouble: { code: 'engine-gone', detail: 'The socket does not answer.', since: '2026-01-05T10:00:05.000Z' },
})
const wording = {
  verdict: () => '20 answered, 10 each, in strict rotation.',
  backend: (key: string) => `of ${key}`,
  run: () => 'run of 14:36:02',
}

describe('notices', () => {
  test('there are none while all is well, nor before the page knows anything', () => {
    expect(noticesOf(linked('live'))).toEqual([])
    expect(noticesOf(INITIAL_PAGE_STATE)).toEqual([])
  })
  test('a lost link is said with its time, and mends itself', () => {
    expect(noticesOf(linked('lost'))).toMatchObject([
      {
        ...{ severity: 'danger', title: 'Connection lost at 10:00:00; reconnecting.', offer: null },
        text: 'You see the state from then.',
      },
    ])
  })
  test('a lost link does not claim that a burst goes on which this page cannot see', () => {
    const [notice] = noticesOf(linked('lost', { runs: [runningBurst()] }))
    expect(notice?.text).toBe('You see the state from then. If Robinscope still runs, so does the burst.')
  })
  test('a server that started anew is said once the page is connected again', () => {
    expect(noticesOf(linked('live', { restarted: true }))).toMatchObject([
      { severity: 'note', title: 'Robinscope has restarted.' },
    ])
    expect(noticesOf(linked('lost', { restarted: true }))).toHaveLength(1)
  })
  test('a changed token is said, with where the new one is found and what to do with it', () => {
    const [notice] = noticesOf(linked('locked'))
    expect(notice).toMatchObject({ severity: 'danger', title: 'The token of this dashboard has changed.' })
    expect(notice?.text).toMatch(/\/\?token=<token>.*ROBINSCOPE_TOKEN/)
    expect(stalenessOf(linked('locked'), false)).toBe('not live: the token has changed')
    expect(announcementOf(linked('lost'), linked('locked'), wording)).toBe('The token of this dashboard has changed.')
    expect(announcementOf(linked('locked'), linked('live'), wording)).toBe('Connected again.')
  })
  test.each(['refused', 'outdated'] as const)('a link that is %s offers to reload', (state) => {
    expect(noticesOf(linked(state))[0]?.offer).toBe('reload')
  })
  test('a dashboard that only watches offers to take over', () => {
    const trouble = { code: 'read-only', detail: 'Another one writes.', since: '2026-01-05T10:00:05.000Z' } as const
    expect(noticesOf(linked('live', { cluster: snapshot({ trouble }) }))[0]?.offer).toBe('take-over')
  })
  test('an engine that is gone is said in its own words', () => {
    expect(noticesOf(linked('live', { cluster: engineGone }))[0]?.text).toMatch(
      /^The socket does not answer\. Bursts continue/,
    )
  })
  test('samples that were not shown are counted, and the totals vouched for', () => {
    expect(noticesOf(linked('live', shows({ resynced: { missed: 1_200 } })))[0]).toMatchObject({
      ...{ severity: 'note', title: '1,200 samples were not shown.' },
      text: expect.stringContaining('The totals are right'),
    })
    expect(noticesOf(linked('live', shows({ resynced: { missed: 0 } })))).toEqual([])
    expect(noticesOf(linked('live', shows({ skipping: true, resynced: { missed: 5 } })))).toHaveLength(1)
  })
})

describe('a cluster of which every backend is down', () => {
  const down = (...statuses: ('up' | 'down')[]) => {
    const backends = statuses.map((status, index) => backend(index + 1, { status }))
    return noticesOf(linked('live', { cluster: snapshot({ backends }) }))
  }
  test('says how to get out of it', () => {
    expect(down('down', 'down')).toMatchObject([
      { severity: 'danger', title: 'Both backends are down.', text: expect.stringContaining('Add a replica') },
    ])
    expect(down('down')).toMatchObject([{ title: 'The only backend is down.' }])
  })
  test('is none while one is up', () => {
    expect(down('up', 'down')).toEqual([])
    expect(down()).toEqual([])
  })
})

test('of a run that is not whole any more it is said what is gone', () => {
  const gone = 'The first 2,000 samples are no longer kept.'
  expect(noticesOf(linked('live', shows({ gone })))).toMatchObject([{ severity: 'note', text: gone }])
})

describe('a panel whose picture may be old says so', () => {
  test('for the link everywhere, for the engine at the cluster', () => {
    expect(stalenessOf(linked('lost'), false)).toBe('not live: connection lost')
    expect(stalenessOf(linked('live', { cluster: engineGone }), true)).toBe(
      'may be out of date: Docker does not answer',
    )
    expect(stalenessOf(linked('live', { cluster: engineGone }), false)).toBeNull()
  })
})

describe('a screen reader is told', () => {
  const running = linked('live', shows({ burst: runningBurst({ requests: 20 }) }))
  const finished = linked('live', shows({ burst: { ...runningBurst(), status: 'finished' } }))
  test('that a burst started, and how it ended', () => {
    expect(announcementOf(linked('live'), running, wording)).toBe('Burst started: 20 requests.')
    expect(announcementOf(running, finished, wording)).toBe('Burst finished. 20 answered, 10 each, in strict rotation.')
  })
  test('what a scale came to', () => {
    const scaling = linked('live', { cluster: snapshot({ scaling: true, replicas: 2 }) })
    const scaled = linked('live', { cluster: snapshot({ replicas: 2, backends: [backend(1), backend(2)] }) })
    expect(announcementOf(scaling, scaled, wording)).toBe('Scaled: 2 of 2 backends are up.')
  })
  test('another run that is shown, and the way back: a live one that goes on does not start again', () => {
    const earlier = linked(
      'live',
      shows({ source: 'server', burst: { ...runningBurst(), id: 'b0', status: 'finished' } }),
    )
    expect(announcementOf(running, earlier, wording)).toBe(
      'Showing the run of 14:36:02. 20 answered, 10 each, in strict rotation.',
    )
    expect(announcementOf(earlier, running, wording)).toBe('Back to the live run.')
  })
  test('what is selected', () => {
    const selecting = (selection: PageState['selection']) =>
      announcementOf(linked('live'), linked('live', { selection }), wording)
    expect(selecting({ kind: 'front-door' })).toBe('Front door selected.')
    expect(selecting({ kind: 'backend', backend: 'a3f9c1d27e04' })).toBe('Backend of a3f9c1d27e04 selected.')
    expect(selecting({ kind: 'request', seq: 1_083 })).toBe('Request 1,083 selected.')
    expect(announcementOf(linked('live', { selection: { kind: 'front-door' } }), linked('live'), wording)).toBe(
      'Nothing selected.',
    )
  })
  test('that the link is back, and nothing while only numbers move', () => {
    expect(announcementOf(linked('lost'), linked('live'), wording)).toBe('Connected again.')
    expect(announcementOf(running, { ...running }, wording)).toBeNull()
  })
})
