import { lazy, type ReactNode, Suspense } from "react";
import { useWords } from "./use";

type View = () => ReactNode;

/** A screen that is fetched when somebody comes to it: most never see it, and nobody waits for it first. */
export function soon(load: () => Promise<View>): View {
  const Fetched = lazy(() =>
    load().then(
      (screen) => ({ default: screen }),
      () => ({ default: Missed }),
    ),
  );
  return () => (
    <Suspense fallback={<Coming />}>
      <Fetched />
    </Suspense>
  );
}

function Coming() {
  const { say } = useWords();
  return (
    <p className="empty" data-coming>
      {say("paper.coming")}
    </p>
  );
}

/** The office was gone, or is another one by now, which gives out other files: the page begins anew. */
function Missed() {
  const { say } = useWords();
  return (
    <>
      <p className="empty">{say("gone.title")}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {say("gone.try")}
      </button>
    </>
  );
}
