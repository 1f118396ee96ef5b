import { formatList, sentence } from "../../core/format";
import { describe } from "../../core/regions";
import { Icon } from "../icons";
import { type Editor, parseScale } from "./editor";

/** What was drawn, its name, and the words under which it may leave. */
export function Confirm({ editor }: { editor: Editor }) {
  const missing = editor.missing.value;
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (missing.length === 0) void editor.confirm();
  };
  return (
    <form class="confirm" onSubmit={onSubmit}>
      <Areas editor={editor} />
      <Fields editor={editor} />
      {editor.asProposed.value ? <Proposed editor={editor} /> : <Agree editor={editor} />}
      <Refusal editor={editor} />
      <button
        type="submit"
        class="btn primary"
        disabled={missing.length > 0 || editor.busy.value}
        aria-describedby="still-missing"
      >
        <Icon name="check" />
        {editor.asProposed.value ? "Nothing does: let it leave" : "Let these areas leave"}
      </button>
      <p id="still-missing" class="hint">
        {missing.length > 0
          ? `Still to do: ${formatList(missing)}.`
          : "Everything else stays black, always."}
      </p>
    </form>
  );
}

function Agree({ editor }: { editor: Editor }) {
  return (
    <>
      <Found editor={editor} />
      <label class="agree">
        <input
          type="checkbox"
          checked={editor.agreed.value}
          onChange={(event) => {
            editor.agreed.value = event.currentTarget.checked;
          }}
        />
        <span>
          I looked at the picture. Inside the marked areas there is{" "}
          <b>nothing that says who the patient is</b>: no name, no number, no date, no face.
        </span>
      </label>
    </>
  );
}

/** The areas are as proposed, and clear: the button's own words are the person's. */
function Proposed({ editor }: { editor: Editor }) {
  return (
    <div class="agree proposed">
      <Icon name="eye" size={26} />
      <span>
        Look at the picture. Does anything inside the marked{" "}
        {editor.regions.value.length === 1 ? "area" : "areas"} say <b>who the patient is</b>: a
        name, a number, a date, a face?
      </span>
    </div>
  );
}

/** What a look at the scanner came to, where it needs a person. */
function Found({ editor }: { editor: Editor }) {
  const proposal = editor.proposal.value;
  if (!proposal || proposal.sureness === "sure") return null;
  return (
    <div class="found" role="status">
      <Icon name="alert" />
      <p>
        {proposal.advice}
        <code>{proposal.code}</code>
      </p>
    </div>
  );
}

function Areas({ editor }: { editor: Editor }) {
  const regions = editor.regions.value;
  if (regions.length === 0) {
    return (
      <p class="empty">
        Draw around the ultrasound picture only. Leave out the header, the side bars and any text
        about the patient.
      </p>
    );
  }
  return (
    <ul class="areas" aria-label="Marked areas">
      {regions.map((region, index) => (
        <li key={index}>
          <button
            type="button"
            class="area num"
            aria-pressed={editor.selected.value === index}
            onClick={() => {
              editor.preview.value = false;
              editor.tool.value = "select";
              editor.selected.value = index;
            }}
          >
            {describe(region)}
          </button>
          <button
            type="button"
            class="btn icon"
            aria-label={`Delete area ${index + 1}`}
            onClick={() => editor.remove(index)}
          >
            <Icon name="trash" size={20} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Fields({ editor }: { editor: Editor }) {
  const scaleWrong = parseScale(editor.mmPerPixel.value) === undefined;
  return (
    <>
      <label class="field">
        Name
        <input
          type="text"
          maxLength={80}
          autocomplete="off"
          placeholder="M-Turbo, HDMI 720p"
          value={editor.name.value}
          onInput={(event) => {
            editor.name.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        <span>
          Millimetres per pixel <small>optional; without it nothing can be measured</small>
        </span>
        <input
          type="text"
          inputMode="decimal"
          autocomplete="off"
          placeholder="0.21"
          aria-invalid={scaleWrong}
          value={editor.mmPerPixel.value}
          onInput={(event) => {
            editor.mmPerPixel.value = event.currentTarget.value;
          }}
        />
      </label>
    </>
  );
}

function Refusal({ editor }: { editor: Editor }) {
  const problem = editor.problem.value;
  if (!problem) return null;
  return (
    <div class="refusal" role="alert">
      <Icon name="alert" />
      <p>
        {sentence(problem.message)}
        {problem.fix && <small>{sentence(problem.fix)}</small>}
        <code>{problem.code}</code>
      </p>
    </div>
  );
}
