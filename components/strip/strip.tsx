'use client'

import type { ReactNode } from 'react'
import { HelpButton } from '#components/help/help-button.tsx'
import { ThemeButton } from '#components/theme/theme-button.tsx'
import { cx } from '#components/ui/class-names.ts'
import { formatRate, groupDigits } from '#components/ui/figures.ts'
import { usePage } from '#lib/client/use-page.ts'
import { failedInAll } from '#lib/protocol/model.ts'
import { ClusterPill } from './cluster-pill.tsx'
import { frontDoorText, p95FromDueOf, p95Of, portOf, upOf } from './strip-text.ts'

/** The one line on top: what runs, and the figures that matter. */
export function Strip({ onHelp }: { onHelp: () => void }) {
  return (
    <header className="flex min-h-12.5 flex-wrap items-center gap-x-4 gap-y-1 border-line border-b px-3 py-1.5 wide:gap-x-6 wide:px-5">
      <h1 className="font-semibold text-[0.9375rem]">Robinscope</h1>
      <ClusterPill />
      <div className="ml-auto flex gap-2 wide:order-last wide:ml-0">
        <ThemeButton />
        <HelpButton onHelp={onHelp} />
      </div>
      <FrontDoor />
      <Figures />
    </header>
  )
}

function FrontDoor() {
  const frontDoor = usePage((state) => state.cluster?.frontDoor)
  if (!frontDoor) return null
  return (
    <p className="flex items-baseline gap-2 text-muted text-xs max-wide:w-full">
      <span>front door</span>
      <a
        className="num text-sm text-text underline-offset-2 hover:underline"
        href={frontDoor.url}
        rel="noreferrer"
        target="_blank"
      >
        {portOf(frontDoor.url)}
        <span className="sr-only"> (opens in a new tab)</span>
      </a>
      <span>{frontDoorText(frontDoor)}</span>
      {frontDoor.status !== 'up' && (
        <span className={cx('font-semibold', frontDoor.status === 'down' && 'text-failed')}>
          {frontDoor.status === 'down' ? '✕ down' : '◌ starting'}
        </span>
      )}
    </p>
  )
}

function Figures() {
  const up = usePage((state) => upOf(state.cluster))
  const rps = usePage((state) => formatRate(state.shown.live.rps))
  const failed = usePage((state) => failedInAll(state.shown.live.totals))
  const p95 = usePage(p95Of)
  const fromDue = usePage(p95FromDueOf)
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 max-wide:w-full max-wide:justify-between max-wide:gap-x-3 wide:ml-auto">
      <Figure name="up">{up}</Figure>
      <Figure name="requests/s">{rps}</Figure>
      <Figure alarming={failed > 0} name="failed">
        {groupDigits(failed)}
      </Figure>
      <Figure name={fromDue === null ? 'p95' : 'p95 from sent'}>{p95}</Figure>
      {fromDue !== null && <Figure name="from due">{fromDue}</Figure>}
    </dl>
  )
}

function Figure({ name, alarming = false, children }: { name: string; alarming?: boolean; children: ReactNode }) {
  return (
    <div className="flex items-baseline gap-1.5">
      <dt className="text-muted text-xs">{name}</dt>
      <dd className={cx('num text-sm', alarming && 'font-semibold text-failed')}>{children}</dd>
    </div>
  )
}
