import { Button } from "@kava/parts";
import type { Command, Question as Asked } from "@kava/contract";
import { act } from "../state/act";
import { useDo, useWords } from "./use";

/** A register without a cable: what to ring up by hand, and what became of it. */
export function Question({ question }: { question: Asked }) {
  const { say, money, amount } = useWords();
  const dispatch = useDo();
  const back = question.about === "given_back";
  const answer = (answer: (Command & { do: "answer" })["answer"]) => void dispatch(act({ do: "answer", answer }));
  return (
    <section className="question" role="alertdialog" aria-labelledby="question" data-testid="question">
      <h1 id="question">{say(back ? "question.given_back" : "question.rung_up")}</h1>
      <ul>
        {question.lines.map((line, at) => (
          <li key={at}>
            <span>
              {line.qty} × {line.name}
            </span>
            <b>{amount(line.net_minor)}</b>
          </li>
        ))}
      </ul>
      <p className="sum">
        <b>{money(question.total_minor)}</b>
      </p>
      <div className="row answers">
        <Button look="main" onPress={() => answer("rung_up")}>
          {say(back ? "question.yes_back" : "question.yes")}
        </Button>
        <Button look="danger" onPress={() => answer("not_rung_up")}>
          {say(back ? "question.no_back" : "question.no")}
        </Button>
      </div>
      <div className="row">
        {!back && <Button onPress={() => answer("declined")}>{say("question.declined")}</Button>}
        <Button look="quiet" onPress={() => answer("unsure")}>
          {say("question.unsure")}
        </Button>
      </div>
    </section>
  );
}
