import { type CaptionParts, captionOf } from '#components/diagram/caption.ts'
import { type BackendFacts, detailsOf } from './backend-text.ts'

/** What the dots mean, and a fixed place for the details of the backend that is looked at. */
export function DiagramFoot({ caption, shown }: { caption: CaptionParts; shown: BackendFacts | null }) {
  return (
    <div className="px-4 pb-2 text-muted text-xs">
      <p data-testid="caption">{captionOf(caption)}</p>
      <p className="min-h-[1.45em] wide:truncate" data-testid="backend-details">
        {shown && (
          <>
            <span className="num text-text">
              {shown.backend.number} {shown.backend.backend}
            </span>{' '}
            {detailsOf(shown)}
          </>
        )}
      </p>
    </div>
  )
}
