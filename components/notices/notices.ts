import { groupDigits } from '#components/ui/figures.ts'
import type { PageState } from '#lib/client/page-state.ts'

export type Notice = {
  key: string
  severity: 'danger' | 'warn' | 'note'
  /** What happened. */
  title: string
  /** What it means, and what one can do. */
  text: string
  /** The one thing to do; null when it mends itself. */
  offer: 'reload' | 'take-over' | null
}

const clock = (epochMs: number): string => new Date(epochMs).toTimeString().slice(0, 8)

function linkNotice({ link }: PageState): Notice | null {
  const why = link.detail ? ` ${link.detail}` : ''
  switch (link.state) {
    case 'lost':
      return {
        ...{ key: 'link', severity: 'danger', offer: null },
        title: `Connection lost since ${clock(link.since)}, trying again.`,
        text: `What you see is as it was then. A burst that runs goes on.${why}`,
      }
    case 'refused':
      return {
        ...{ key: 'link', severity: 'danger', offer: 'reload' },
        title: 'The server refused this page.',
        text: `${link.detail ?? 'It may have been started anew since the page was opened.'} Reload the page.`,
      }
    case 'outdated':
      return {
        ...{ key: 'link', severity: 'danger', offer: 'reload' },
        title: 'This page is of another version than the server.',
        text: `Reload it.${why}`,
      }
    default:
      return null
  }
}

const TROUBLES = {
  'engine-gone': { severity: 'danger', title: 'The engine has not answered', rest: 'Bursts go on; scaling waits.' },
  'read-only': { severity: 'note', title: 'This dashboard has only watched', rest: '' },
  'front-door-down': {
    severity: 'danger',
    title: 'The front door has been down',
    rest: 'Every request fails until it is back.',
  },
} as const

function troubleNotice({ cluster }: PageState): Notice | null {
  if (!cluster?.trouble) return null
  const { code, detail, since } = cluster.trouble
  const { severity, title, rest } = TROUBLES[code]
  return {
    ...{ key: code, severity, offer: code === 'read-only' ? 'take-over' : null },
    title: `${title} since ${clock(Date.parse(since))}.`,
    text: [detail, rest].filter(Boolean).join(' '),
  }
}

function sampleNotice({ shown: { resynced, skipping } }: PageState): Notice | null {
  if (skipping) {
    return {
      ...{ key: 'skipping', severity: 'note', offer: null },
      title: 'This browser does not keep up, so it gets totals only.',
      text: 'Dots and cells are left out until it does; every number is right.',
    }
  }
  if (!resynced || resynced.missed === 0) return null
  const { missed } = resynced
  return {
    ...{ key: 'resynced', severity: 'note', offer: null },
    title: `${groupDigits(missed)} ${missed === 1 ? 'sample was' : 'samples were'} not shown.`,
    text: 'They came while this page was away. The totals are right; dots and cells are missing.',
  }
}

/** What a person must know beyond the picture, gravest first. */
export const noticesOf = (state: PageState): Notice[] =>
  [linkNotice(state), troubleNotice(state), sampleNotice(state)].filter((notice) => notice !== null)
