'use client'

import { useLayoutEffect, useRef, useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { cx } from '#components/ui/class-names.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { useCommands, usePage } from '#lib/client/use-page.ts'
import { type Notice, noticesOf } from './notices.ts'

const SIGNS = { danger: '✕', warn: '▲', note: 'i' } as const

/** One value for notices that say the same, so that numbers on the move do not draw the bar again. */
const noticesText = (state: PageState): string => JSON.stringify(noticesOf(state))

/** Between strip and panels, only while there is something to say. */
export function NoticeBar() {
  const notices: Notice[] = JSON.parse(usePage(noticesText))
  return (
    <div ref={useHeightVariable('--notices')} role="status">
      {notices.map((notice) => (
        <div
          className={cx(
            'flex flex-wrap items-baseline gap-x-3 gap-y-1 border-line border-b bg-panel px-3 py-1.5 wide:px-5',
            notice.severity === 'danger' && 'shadow-[inset_3px_0_var(--status-failed)]',
          )}
          key={notice.key}
        >
          <p className="min-w-0 text-sm">
            <span aria-hidden="true" className={cx('num mr-2', notice.severity === 'danger' && 'text-failed')}>
              {SIGNS[notice.severity]}
            </span>
            <strong className="font-semibold">{notice.title}</strong> <span className="text-muted">{notice.text}</span>
          </p>
          {notice.offer === 'reload' && <Button onClick={() => location.reload()}>Reload</Button>}
          {notice.offer === 'take-over' && <TakeOver />}
        </div>
      ))}
    </div>
  )
}

/** Keeps the height of an element in a variable of globals.css, for what must fit into the rest of the window. */
function useHeightVariable(name: `--${string}`) {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (!element.current) return
    const watcher = new ResizeObserver(([entry]) =>
      document.documentElement.style.setProperty(name, `${entry?.contentRect.height ?? 0}px`),
    )
    watcher.observe(element.current)
    return () => watcher.disconnect()
  }, [name])
  return element
}

/** Says why where it was refused. */
function TakeOver() {
  const commands = useCommands()
  const [refusal, setRefusal] = useState<string | null>(null)
  const handleClick = async () => {
    const ack = await commands.takeOver()
    setRefusal(ack.ok ? null : ack.problem.detail)
  }
  return (
    <>
      <Button onClick={handleClick}>Take over</Button>
      {refusal && <span className="text-failed text-sm">{refusal}</span>}
    </>
  )
}
