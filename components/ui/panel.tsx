import { type ReactNode, type Ref, useId } from 'react'
import { cx } from './class-names.ts'

type PanelProps = {
  title: string
  aside?: ReactNode
  className?: string | undefined
  headClassName?: string
  ref?: Ref<HTMLElement>
  children: ReactNode
}

/** A framed region that its heading names. */
export function Panel({ title, aside, className, headClassName, ref, children }: PanelProps) {
  const titleId = useId()
  return (
    <section
      ref={ref}
      aria-labelledby={titleId}
      className={cx('relative flex min-w-0 flex-col rounded-panel border border-line bg-panel', className)}
    >
      <div className={cx('flex min-h-7 flex-wrap items-center justify-between gap-x-3', headClassName)}>
        <h2 className="font-semibold text-muted text-xs" id={titleId}>
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  )
}
