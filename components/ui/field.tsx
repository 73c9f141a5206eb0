import { type InputHTMLAttributes, type KeyboardEvent, type ReactNode, useId } from 'react'
import { cx } from './class-names.ts'

type FieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & {
  label: string
  value: string
  onValueChange: (value: string) => void
  /** Arrow keys: by how much to step, +1 or -1, times ten with Shift. */
  onStep?: (by: number) => void
  onCommit?: () => void
  error?: string | null | undefined
  hint?: ReactNode
  wide?: boolean
}

const FRAME =
  'num h-8 rounded-md border bg-raise px-2.5 text-text read-only:text-muted placeholder:text-muted placeholder:opacity-100'

/** A labelled line of text with its error under it. Numbers are text with a numeric keyboard: a half-typed one is then still what was typed. */
export function Field({ label, value, onValueChange, onStep, onCommit, error, hint, wide, ...props }: FieldProps) {
  const id = useId()
  const noteId = useId()
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onCommit?.()
    const sign = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (sign === 0 || !onStep || props.readOnly) return
    event.preventDefault()
    onStep(sign * (event.shiftKey ? 10 : 1))
  }
  return (
    <div>
      <div className={cx('flex min-h-8 gap-x-3', wide ? 'flex-col' : 'items-center justify-between')}>
        <label className={cx('text-muted', wide && 'py-1')} htmlFor={id}>
          {label}
        </label>
        <input
          {...props}
          aria-describedby={error || hint ? noteId : undefined}
          aria-invalid={error ? true : undefined}
          autoComplete="off"
          className={cx('target', FRAME, wide ? 'w-full' : 'w-28 text-right', error ? 'border-failed' : 'border-edge')}
          id={id}
          onBlur={onCommit}
          onChange={(event) => onValueChange(event.target.value)}
          onKeyDown={handleKeyDown}
          spellCheck={false}
          value={value}
        />
      </div>
      {(error || hint) && (
        <p className={cx('mt-0.5 mb-1 text-xs', error ? 'text-failed' : 'text-muted')} id={noteId}>
          {error || hint}
        </p>
      )}
    </div>
  )
}
