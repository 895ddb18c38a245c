// Quizzes (_ext/quiz.py): the button shows the answer to the chosen option. The answers are in
// the fold of the question; what is shown is a copy, in a region that screen readers announce.
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
      if (chosen < 0) say("", "Choose an answer first.");
      else say(answers[chosen].className, ...answers[chosen].cloneNode(true).childNodes);
    });
  });
});
