import { useEffect, useRef } from 'react'

type ProgressBarProps = { label: string; value: number; max: number; text: string }

/** How far along, honestly: `text` says it in words, e.g. "72 of 120". */
export function ProgressBar({ label, value, max, text }: ProgressBarProps) {
  const fill = useRef<HTMLDivElement>(null)
  const share = max > 0 ? Math.min(1, value / max) : 0
  // Set through the DOM: a style attribute from the server would be refused by the content security policy.
  useEffect(() => {
    if (fill.current) fill.current.style.transform = `scaleX(${share})`
  }, [share])
  return (
    <div
      aria-label={label}
      aria-valuemax={max}
      aria-valuemin={0}
      aria-valuenow={Math.min(value, max)}
      aria-valuetext={text}
      className="h-1.5 overflow-hidden rounded-full bg-line"
      role="progressbar"
    >
      <div className="h-full origin-left scale-x-0 bg-text opacity-70 [scale:none]" ref={fill} />
    </div>
  )
}
