import { putGuideAway } from "../state/act";
import { look } from "../state/look";
import { isApple } from "./inside";
import { useApp, useWords } from "./use";

/** How to get the app onto the home screen: of iPhones by hand, elsewhere by the browser's own menu. */
export function Install() {
  const ask = useApp();
  const { say } = useWords();
  const steps = isApple(navigator.userAgent, navigator.maxTouchPoints)
    ? (["install.ios_1", "install.ios_2", "install.ios_3", "install.ios_4"] as const)
    : (["install.other_1", "install.other_2"] as const);
  const done = () => {
    void ask(putGuideAway());
    ask(look.actions.opened(null));
  };
  return (
    <section className="install">
      <p>{say("install.why")}</p>
      <ol>
        {steps.map((step) => (
          <li key={step}>{say(step)}</li>
        ))}
      </ol>
      <button type="button" className="button main" onClick={done}>
        {say("install.later")}
      </button>
    </section>
  );
}
