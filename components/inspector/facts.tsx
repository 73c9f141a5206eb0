import type { ReactNode } from 'react'
import { cx } from '#components/ui/class-names.ts'

/** Scrolls by itself when the column is too low for it, by keyboard as well. */
export function Body({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop the keyboard could not scroll it.
    <div className="inspector-body" tabIndex={0}>
      {children}
    </div>
  )
}

/** A part of the inspector's body under a heading of its own, or without one. */
export function Part({ title, aside, children }: { title?: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className="border-line border-t px-4 py-3 first:border-t-0">
      {title && (
        <div className="mb-1.5 flex items-baseline justify-between gap-3">
          <h3 className="font-semibold text-muted text-xs">{title}</h3>
          {aside}
        </div>
      )}
      {children}
    </div>
  )
}

export type Fact = { name: string; value: ReactNode; isTyped?: boolean }

/** Names and values in two columns. `isTyped`: what is counted or typed, in the monospaced face. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-[minmax(5.5rem,max-content)_1fr] gap-x-3 gap-y-1 text-xs">
      {facts.map(({ name, value, isTyped = false }) => (
        <div className="contents" key={name}>
          <dt className="text-muted">{name}</dt>
          <dd className={cx('min-w-0 break-words', isTyped && 'num')}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export type FigureFact = { name: string; value: string; note?: string | null }

/** Figures in a grid of three, each with what it is measured against. */
export function FigureGrid({ figures }: { figures: readonly FigureFact[] }) {
  return (
    <dl className="grid grid-cols-3 gap-x-3 gap-y-2">
      {figures.map(({ name, value, note }) => (
        <div key={name}>
          <dt className="text-2xs text-muted">{name}</dt>
          <dd>
            <span className="num block text-base">{value}</span>
            {note && <span className="block text-2xs text-muted">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
