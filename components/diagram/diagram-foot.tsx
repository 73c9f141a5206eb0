import { type CaptionParts, captionOf } from '#components/diagram/caption.ts'

/** What the dots mean. */
export function DiagramFoot({ caption }: { caption: CaptionParts }) {
  return (
    <p className="px-4 pb-2 text-muted text-xs" data-testid="caption">
      {captionOf(caption)}
    </p>
  )
}
