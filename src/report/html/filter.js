(function () {
  var form = document.getElementById("filter");
  var rows = Array.prototype.slice.call(document.querySelectorAll("#instances tbody tr"));
  function filter() {
    var paper = form.elements.paper.value, verdict = form.elements.verdict.value, shown = 0;
    rows.forEach(function (row) {
      row.hidden = (paper && row.dataset.paper !== paper) || (verdict && row.dataset.verdict !== verdict) ? true : false;
      if (!row.hidden) { shown += 1; }
    });
    document.getElementById("count").textContent = shown + " of " + rows.length + " shown";
  }
  form.addEventListener("change", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
  filter();
})();
