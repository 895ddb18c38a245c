// Quizzes (_ext/quiz.py): the button shows the answer to the chosen option. The answers are in
// the fold of the question; what is shown is a copy, in a region that screen readers announce.
// A colour says whether it was the right one; the words say so too.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form.quiz").forEach((quiz) => {
    const [button, status] = ["button", ".quiz-status"].map((part) => quiz.querySelector(part));
    const answers = quiz.querySelector(".quiz-answers").children;
    const say = (verdict, ...what) => {
      status.className = `quiz-status ${verdict}`;
      status.replaceChildren(...what);
    };
    button.hidden = button.disabled = false;
    quiz.addEventListener("change", () => say(""));
    quiz.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = [...quiz.elements.option].findIndex((option) => option.checked);
      if (chosen < 0) return say("", "Choose an answer first.");
      const answer = answers[chosen].cloneNode(true);
      if (answer.className === "wrong") answer.querySelector("strong").prepend("Not quite. ");
      say(answer.className, ...answer.childNodes);
    });
  });
});
