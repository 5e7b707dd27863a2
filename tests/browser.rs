//! Pages in headless Chromium, where it is installed: two widths, light and dark. Otherwise the test says so and passes.
//!
//! A script that is added to a copy of the page measures it; the page itself has none, or only that of the index.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const WIDTHS: [u32; 2] = [390, 1280];

fn chromium() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok())
}

/// The document after loading, what was logged, and the log of the network.
fn load(browser: &str, page: &Path, width: u32, dark: bool) -> (String, String, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let net_log = folder.path().join("net.json");
    let output = Command::new(browser)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--log-net-log={}", net_log.display()))
        .arg(format!("--window-size={width},900"))
        .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let net_log = std::fs::read_to_string(net_log).unwrap_or_default();
    (text(&output.stdout), text(&output.stderr), net_log)
}

/// Measures: width of the content and of the window, the page's background, and the lowest contrast of any text.
const PROBE: &str = r#"<script>
(function () {
  document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  function parts(colour) { return (colour.match(/[\d.]+/g) || []).map(Number); }
  function light(c) {
    var l = c.slice(0, 3).map(function (v) { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  }
  function behind(element) {
    for (; element; element = element.parentElement) {
      var c = parts(getComputedStyle(element).backgroundColor);
      if (c.length === 3 || c[3] === 1) { return c; }
    }
    return [255, 255, 255];
  }
  var lowest = 99, worst = "";
  document.querySelectorAll("body *").forEach(function (element) {
    var own = Array.prototype.some.call(element.childNodes, function (n) { return n.nodeType === 3 && n.textContent.trim(); });
    if (!own || ["SCRIPT", "STYLE", "TITLE", "DESC"].indexOf(element.tagName.toUpperCase()) >= 0) { return; }
    if (element.classList.contains("skip") || element.closest("[hidden]")) { return; }
    var style = getComputedStyle(element);
    var ink = parts(element.namespaceURI.endsWith("svg") ? style.fill : style.color);
    var a = light(ink), b = light(behind(element));
    var contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < lowest) { lowest = contrast; worst = element.tagName + ": " + element.textContent.slice(0, 40); }
  });
  var pictures = Array.prototype.map.call(document.querySelectorAll("svg[role=img]"), function (svg) {
    return svg.getAttribute("aria-labelledby").split(" ").every(function (id) {
      var named = document.getElementById(id); return named && named.textContent.trim().length > 3; });
  });
  var levels = Array.prototype.map.call(document.querySelectorAll("h1, h2, h3, h4"), function (h) { return +h.tagName[1]; });
  var ordered = levels[0] === 1 && levels.every(function (l, i) { return i === 0 || l <= levels[i - 1] + 1; });
  var pre = document.createElement("pre");
  pre.id = "probe";
  pre.textContent = JSON.stringify({ content: document.documentElement.scrollWidth, window: window.innerWidth,
    background: parts(getComputedStyle(document.body).backgroundColor), contrast: lowest, worst: worst,
    pictures: pictures.length, named: pictures.every(Boolean), ordered: ordered, lang: document.documentElement.lang });
  document.body.appendChild(pre);
})();
</script></body>"#;

fn report(arguments: &[&str], output: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_relucert"))
        .arg("report")
        .args(arguments)
        .arg("-o")
        .arg(output)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("relucert runs");
    assert!(status.success(), "{arguments:?}");
}

/// Complaints of the page, and addresses that were asked for beside the page itself. What the browser asks its maker for
/// is not the page's doing.
fn look(browser: &str, page: &Path, width: u32, dark: bool) -> String {
    let (dom, logged, net_log) = load(browser, page, width, dark);
    let complaints: Vec<&str> = logged.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(complaints.is_empty(), "{}: {complaints:?}", page.display());
    let asked: Vec<&str> = net_log
        .split("\"url\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|url| url.starts_with("http") && !url.contains("google") && !url.contains("gvt1"))
        .collect();
    assert!(asked.is_empty(), "{}: {asked:?}", page.display());
    dom
}

fn measure(browser: &str, page: &Path, width: u32, dark: bool) -> serde_json::Value {
    let copy = page.with_extension("probe.html");
    let text = std::fs::read_to_string(page).expect("a page");
    std::fs::write(&copy, text.replace("</body>", PROBE)).expect("a copy");
    let (dom, ..) = load(browser, &copy, width, dark);
    let found = dom.split("<pre id=\"probe\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let found = found.unwrap_or_else(|| panic!("no measurement of {}", page.display()));
    serde_json::from_str(&found.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")).expect("JSON")
}

#[test]
fn pages_are_whole_readable_and_quiet() {
    let Some(browser) = chromium() else {
        println!("skipped: no chromium is installed");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pages: [(&[&str], &str, u64); 3] = [
        (&["instances/wu-simsek-ged-2025/three-inputs-first-plateau.json"], "is a saddle", 2),
        (&["instances/wu-simsek-ged-2025/experiment-2-end.json"], "is a global minimum", 1),
        (&["instances/integral/no-escape-zigzag.json"], "is a strict saddle", 2),
    ];
    for (index, (arguments, verdict, pictures)) in pages.into_iter().enumerate() {
        let page: PathBuf = folder.path().join(format!("page-{index}.html"));
        report(arguments, &page);
        for width in WIDTHS {
            let dom = look(browser, &page, width, width == WIDTHS[0]);
            let sentence = dom.split("id=\"verdict\"").nth(1).and_then(|rest| rest.split("</p>").next()).unwrap_or("");
            assert!(sentence.contains(verdict), "{arguments:?}: {sentence}");
        }
        for (width, dark) in WIDTHS.into_iter().flat_map(|width| [(width, false), (width, true)]) {
            let found = measure(browser, &page, width, dark);
            let what = format!("{arguments:?} at {width}, dark: {dark}: {found}");
            assert!(found["content"].as_u64() <= found["window"].as_u64(), "wider than the window: {what}");
            assert!(found["contrast"].as_f64() >= Some(4.5), "too little contrast: {what}");
            assert!(found["pictures"].as_u64() >= Some(pictures) && found["named"] == true, "pictures: {what}");
            assert!(found["ordered"] == true && found["lang"] == "en", "headings: {what}");
            assert_eq!(found["background"][0].as_f64() < Some(128.0), dark, "light or dark: {what}");
        }
    }
}

#[test]
fn the_index_filters() {
    let Some(browser) = chromium() else {
        println!("skipped: no chromium is installed");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pages = folder.path().join("pages");
    report(&["instances/one-neuron"], &pages);
    let index = pages.join("index.html");
    let dom = look(browser, &index, 1280, false);
    assert!(dom.contains("18 of 18 shown"), "{dom}");
    // One verdict chosen, by a script after the page's own.
    let text = std::fs::read_to_string(&index).expect("the index");
    let choose = "<script>var s = document.querySelector('select[name=verdict]'); s.value = 'saddle'; \
                  s.dispatchEvent(new Event('change', { bubbles: true }));</script></body>";
    std::fs::write(pages.join("chosen.html"), text.replace("</body>", choose)).expect("a copy");
    let dom = look(browser, &pages.join("chosen.html"), 390, true);
    let expected = format!("{} of 18 shown", text.matches("data-verdict=\"saddle\"").count());
    assert!(dom.contains(&expected) && !dom.contains("0 of 18 shown"), "{expected}");
    assert_eq!(text.matches("<script").count(), 1);
}
