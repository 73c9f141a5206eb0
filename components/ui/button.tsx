import type { ButtonHTMLAttributes, Ref } from 'react'
import { cx } from './class-names.ts'

const LOOKS = {
  primary:
    'bg-act text-ink font-semibold text-base rounded-lg px-4 py-2.5 hover:opacity-90 disabled:opacity-45 aria-disabled:opacity-45 aria-disabled:cursor-default',
  quiet:
    'border border-edge rounded-full px-3 py-1 text-xs hover:bg-raise disabled:opacity-45 aria-disabled:opacity-45 aria-disabled:cursor-default',
  icon: 'border border-edge rounded-full size-7 shrink-0 hover:bg-raise disabled:opacity-45 aria-disabled:opacity-45 aria-disabled:cursor-default',
  link: 'text-muted underline underline-offset-2 text-xs hover:text-text',
} as const

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: keyof typeof LOOKS
  ref?: Ref<HTMLButtonElement>
}

/** A button that never submits by accident; `target` gives a finger its 44 px. */
export function Button({ look = 'quiet', className, type = 'button', ...props }: ButtonProps) {
  return (
    <button
      className={cx('target inline-flex items-center justify-center gap-2 whitespace-nowrap', LOOKS[look], className)}
      type={type}
      {...props}
    />
  )
}
