//! The table of codes, in the order of their names.

use super::{Code, Example};
use crate::diagnostic::Severity;
use Example::{Bytes, File, Override, With};

const fn error(
    code: &'static str,
    title: &'static str,
    explanation: &'static str,
    example: Example,
    fix: &'static str,
) -> Code {
    Code { code, severity: Severity::Error, title, explanation, example, fix }
}

const fn warning(
    code: &'static str,
    title: &'static str,
    explanation: &'static str,
    example: Example,
    fix: &'static str,
) -> Code {
    Code { code, severity: Severity::Warning, title, explanation, example, fix }
}

pub(super) static CODES: &[Code] = &[
    error(
        "scenario::bad-csv",
        "a CSV file can not be read as a table",
        "A curve points at a column of a CSV file. The file needs a header line, and every line as many columns as \
         the two that are read.",
        With(
            "extends = \"base.toml\"\n\n[[workload]]\nid = \"assistant\"\ndemand = { csv = \"demand.csv\", column = \"requests\", unit = \"requests/s\" }\n",
            "demand.csv",
            "quarter,requests\n2024-Q1\n2024-Q2,60\n",
        ),
        "Correct the line that is shown: separate the columns by commas, and put text with commas in quotes.",
    ),
    error(
        "scenario::bad-entry",
        "a model, device or platform written in the scenario is not as the catalogue writes it",
        "Models, devices and platforms in a scenario use the same keys as the catalogue's files, with a source or a \
         reason for every number.",
        File(
            "extends = \"base.toml\"\n\n[[workload]]\nid = \"assistant\"\nmodel = { base = \"llama-3-8b\", architecture.layer = 40 }\n",
        ),
        "Start from an entry that exists with `base = \"id\"`, and change the keys that differ. \
         `quarterdeck catalog show ID` prints the keys of an entry.",
    ),
    error(
        "scenario::bad-id",
        "an id has characters that ids can not have",
        "Ids name things in files, tables and on the command line. They have letters, digits, `-`, `_` and `.`, start \
         with a letter or digit, and have at most 64 characters.",
        File("extends = \"base.toml\"\nname = \"my scenario\"\n"),
        "Write the id with `-` for spaces. `title` takes any text.",
    ),
    error(
        "scenario::bad-number",
        "a number can not be read",
        "A quantity starts with a finite number, such as `12`, `1.5`, `60_000` or `15.6e12`, and then has its unit.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = \"ten MW\"\n"),
        "Write the number in digits, then the unit.",
    ),
    error(
        "scenario::bad-override",
        "an override names nothing that can be set",
        "`--set` takes the path of a key and a value: `table.key=value`, or `table.id.key=value` where there are \
         several entries. Parts with a dot of their own stand in quotes.",
        Override("site.nord.it_power=30 MW"),
        "Correct the path. The keys are those of the file.",
    ),
    error(
        "scenario::conflict",
        "two keys of one entry contradict each other",
        "A project that is already under way has no first quarter to start in.",
        File(
            "extends = \"base.toml\"\n\n[[project]]\nid = \"hall-2\"\nstarted = \"2023-Q3\"\nfrom = \"2024-Q2\"\n",
        ),
        "Keep the one that is true.",
    ),
    error(
        "scenario::cyclic-excludes",
        "a project excludes itself",
        "`excludes` lists the projects that can not be done beside this one. Excluding is mutual: it is enough to \
         write it in one of the two.",
        File("extends = \"base.toml\"\n\n[[project]]\nid = \"hall-2\"\nexcludes = [\"hall-2\"]\n"),
        "Remove the project's own id from `excludes`.",
    ),
    error(
        "scenario::cyclic-extends",
        "scenarios extend one another in a circle",
        "`extends` names a scenario that is read first and then changed by this one. A circle has no first.",
        File("extends = \"example.toml\"\n"),
        "Remove `extends` from one of the files of the circle.",
    ),
    warning(
        "scenario::default-penalty",
        "a workload does not say what unserved work costs",
        "The plan weighs buying more against leaving work undone, so the price of undone work decides. For training \
         tokens a penalty is assumed that is some twenty times their cost on rented machines.",
        File(
            "extends = \"base.toml\"\n\n[[workload]]\nid = \"foundation\"\nkind = \"llm-pretraining\"\nmodel = \"llama-3-8b\"\ntokens = \"2e12\"\nwindow = [\"2024-Q2\", \"2024-Q3\"]\nassumed = \"an example\"\n",
        ),
        "Write `unserved`, such as `\"100 USD/1e6 tokens\"`.",
    ),
    error(
        "scenario::duplicate-id",
        "two entries have the same id",
        "Ids name entries in other tables and in the results, so each is used once among the entries of its kind. An \
         offer without `id` has that of its platform.",
        File(
            "extends = \"base.toml\"\n\n[[history]]\ndecision = \"never\"\nproject = \"hall-2\"\nassumed = \"an example\"\n\n[[shock]]\nid = \"launch\"\nhappens = \"2025-Q1\"\nchanges = { workload = \"assistant\", demand = \"x2\" }\nassumed = \"an example\"\n\n[[shock]]\nid = \"launch\"\nhappens = \"2025-Q2\"\nchanges = { workload = \"assistant\", demand = \"x3\" }\nassumed = \"an example\"\n",
        ),
        "Give each an id of its own, or merge the two.",
    ),
    error(
        "scenario::duplicate-key",
        "a key or table is given twice",
        "TOML takes each key of a table once, and each `[table]` once. Entries of which there can be several stand in \
         double brackets.",
        File("extends = \"base.toml\"\nname = \"a\"\nname = \"b\"\n"),
        "Keep one of the two.",
    ),
    error(
        "scenario::duplicate-point",
        "a curve has two values for one quarter",
        "A curve has one value in each quarter; `2024-Q1` and `2024Q1` are the same quarter.",
        File(
            "extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = { \"2024-Q1\" = \"10 MW\", \"2024Q1\" = \"20 MW\" }\n",
        ),
        "Keep one of the two.",
    ),
    error(
        "scenario::empty",
        "the file holds no scenario",
        "The file is empty, or has comments only.",
        File("# nothing yet\n"),
        "Write a first scenario with `quarterdeck init`, and change it.",
    ),
    error(
        "scenario::empty-curve",
        "a curve has no point",
        "A value by quarter needs at least one point.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = {}\n"),
        "Write a point such as `{ \"2024-Q1\" = \"10 MW\" }`, or one value for all quarters.",
    ),
    warning(
        "scenario::empty-list",
        "a list is empty where something is needed",
        "A workload that runs on no family of machines stays undone until it is ported.",
        File("extends = \"base.toml\"\n\n[[workload]]\nid = \"assistant\"\nruns_on = []\n"),
        "List what is meant, or remove the key to get its default.",
    ),
    error(
        "scenario::fleet-cooling",
        "a fleet stands at a site that can not cool it",
        "A platform names the least cooling that its hall must have.",
        File(
            "extends = \"base.toml\"\n\n[[platform]]\nbase = \"h100-hgx-8\"\nid = \"h100-cold-plate\"\ncooling = { kind = \"liquid\", liquid_share = { value = 0.7, origin = \"assumed\", reason = \"an example\" } }\n\n[[site]]\nid = \"north\"\nfleet = { \"h100-cold-plate\" = 4 }\n",
        ),
        "Correct the site's `cooling`, or place the machines at a site that has it.",
    ),
    error(
        "scenario::fleet-density",
        "one machine of a fleet draws more than a rack of its site may",
        "`rack_density_max` is the most that one rack may draw, and a platform stands in a rack whole.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nrack_density_max = \"5 kW\"\n"),
        "Correct `rack_density_max`, or place the machines elsewhere.",
    ),
    error(
        "scenario::fleet-power",
        "a fleet draws more without work than its site has",
        "The machines that stand at a site at the start must fit into `it_power` less `reserved`; even idle they do \
         not.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nfleet = { \"h100-hgx-8\" = 200_000 }\n"),
        "Correct the number of machines, `it_power` or `reserved`.",
    ),
    warning(
        "scenario::fleet-power-rated",
        "a fleet at full load draws more than its site has",
        "Machines rarely draw what they are rated at, so sites hold more of them than the rated sum allows. The plan \
         keeps their mean within the site's power.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nfleet = { \"h100-hgx-8\" = 1_200 }\n"),
        "Keep it if it is so; else correct the number of machines, `it_power` or `reserved`.",
    ),
    error(
        "scenario::history-conflict",
        "two entries of history can not both be true",
        "A project is started once, is not both started and never started, and is stopped once; numbers for the same \
         orders agree.",
        File(
            "extends = \"base.toml\"\n\n[[history]]\ndecision = \"start\"\nproject = \"hall-2\"\nquarter = \"2024-Q2\"\nassumed = \"an example\"\n\n[[history]]\ndecision = \"never\"\nproject = \"hall-2\"\nassumed = \"an example\"\n",
        ),
        "Keep the entry that is true.",
    ),
    error(
        "scenario::history-outside",
        "a decision of history lies outside the horizon",
        "A run can hold only decisions of the quarters that it plans.",
        File(
            "extends = \"base.toml\"\n\n[[history]]\ndecision = \"start\"\nproject = \"hall-2\"\nquarter = \"2021-Q2\"\nassumed = \"an example\"\n",
        ),
        "Correct the quarter. What was decided before the horizon is a `fleet`, a project that is `started`, or a \
         commitment.",
    ),
    error(
        "scenario::impossible",
        "a value can not be",
        "Every key has bounds: a share lies between 0 and 1, a price is above zero, a site draws less than the world \
         generates. The message names the bound that is broken and why it holds.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = \"5 TW\"\n"),
        "Correct the number or its unit.",
    ),
    error(
        "scenario::misplaced-key",
        "a key belongs to another kind of entry",
        "Some keys belong to some kinds of work, decisions or offers only. Left in place it would have no effect, so \
         something else may be meant.",
        File("extends = \"base.toml\"\n\n[[workload]]\nid = \"assistant\"\ntokens = \"2e12\"\n"),
        "Remove the key, or correct the `kind`, `decision` or `measure` of the entry.",
    ),
    error(
        "scenario::missing-key",
        "a key is missing that has no default",
        "The key decides the answer and nothing can be put in its place.",
        File(
            "extends = \"base.toml\"\n\n[[site]]\nid = \"south\"\ncooling = \"air\"\nclimate = \"temperate\"\nassumed = \"an example\"\n",
        ),
        "Write the key; the help shows how.",
    ),
    error(
        "scenario::missing-unit",
        "a number stands without its unit",
        "Quantities carry their unit, so that nobody has to remember whether a power is in kilowatts.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = 120\n"),
        "Write the unit after the number, in quotes, such as `\"120 MW\"`.",
    ),
    warning(
        "scenario::no-basis",
        "nothing says where the numbers of an entry come from",
        "Results name the sources they rest on and the assumptions that move them most. An entry with neither counts \
         as assumed, for no stated reason.",
        File(
            "extends = \"base.toml\"\n\n[[shock]]\nid = \"launch\"\nhappens = \"2025-Q1\"\nchanges = { workload = \"assistant\", demand = \"x2\" }\n",
        ),
        "Cite a source with `source = \"ID\"` and `[source.ID]`, or write `assumed = \"why these values\"`; both may \
         stand.",
    ),
    error(
        "scenario::no-right",
        "history does what the project does not allow",
        "A project can be paused if it has a `pause_cost`, cancelled if it has a `cancel_cost`, redesigned if it has \
         a `redesign`: without them the cost of the decision is unknown.",
        File(
            "extends = \"base.toml\"\n\n[[project]]\nid = \"hall-2\"\nstarted = \"2023-Q3\"\n\n[[history]]\ndecision = \"cancel\"\nproject = \"hall-2\"\nquarter = \"2024-Q2\"\nassumed = \"an example\"\n",
        ),
        "Write the cost in the project.",
    ),
    error(
        "scenario::not-started",
        "history stops a project that was never started",
        "A project is paused, cancelled or redesigned while it is under way: since before the horizon (`started`), or \
         since an entry of history that starts it.",
        File(
            "extends = \"base.toml\"\n\n[[project]]\nid = \"hall-2\"\ncancel_cost = \"30 %\"\n\n[[history]]\ndecision = \"cancel\"\nproject = \"hall-2\"\nquarter = \"2024-Q2\"\nassumed = \"an example\"\n",
        ),
        "Write `started` in the project or an entry with `decision = \"start\"`; for a project that never began write \
         `decision = \"never\"`.",
    ),
    error(
        "scenario::not-text",
        "the file is no text",
        "A scenario is UTF-8 text. This file has bytes that are not, as spreadsheets, archives and Parquet files have.",
        Bytes("A file that starts with the bytes `50 4b 03 04` (an archive).", || {
            b"PK\x03\x04\xff\xfe\x00".to_vec()
        }),
        "Give the TOML file. Tables of a spreadsheet can be saved as CSV and pointed at.",
    ),
    error(
        "scenario::nothing-to-remove",
        "`remove` names an entry that the extended scenario does not have",
        "`remove` takes entries of the extended scenario out, by table and id.",
        File("extends = \"base.toml\"\nremove = [\"site.nort\"]\n"),
        "Correct the name: `table.id`, or `table` for all its entries.",
    ),
    error(
        "scenario::one-of",
        "exactly one of several keys is due",
        "An offer is bought or rented; a shock changes one thing; an entry of history has one bound.",
        File(
            "extends = \"base.toml\"\n\n[[offer]]\nplatform = \"h100-hgx-8\"\nrent = \"2.5 USD/device/h\"\n",
        ),
        "Keep one, or write two entries.",
    ),
    warning(
        "scenario::outside-horizon",
        "a quarter lies outside the horizon",
        "What lies after the horizon has no effect on the plan.",
        File(
            "extends = \"base.toml\"\n\n[[shock]]\nid = \"launch\"\nhappens = \"2031-Q1\"\nchanges = { workload = \"assistant\", demand = \"x2\" }\nassumed = \"an example\"\n",
        ),
        "Correct the quarter or the horizon.",
    ),
    error(
        "scenario::reversed",
        "a span ends before it starts",
        "First and last quarter, low and high, earliest and latest are in order.",
        File("extends = \"base.toml\"\n\n[horizon]\nend = \"2023-Q1\"\n"),
        "Swap the two, or correct one.",
    ),
    error(
        "scenario::schema-version",
        "the version of the format is not known",
        "`schema` names the version of the file format, so that later versions can read earlier files.",
        File("extends = \"base.toml\"\nschema = 7\n"),
        "Write `schema = 1`, or use a newer program for a newer file.",
    ),
    error(
        "scenario::spending-sum",
        "the spending of a project does not add up",
        "`spending` has one share for each quarter of the lead time, and they sum to 100 %.",
        File(
            "extends = \"base.toml\"\n\n[[project]]\nid = \"hall-2\"\nlead_time = \"2 quarters\"\nspending = [\"30 %\", \"30 %\"]\n",
        ),
        "Correct the shares, or remove `spending` to spend evenly.",
    ),
    error(
        "scenario::syntax",
        "the file is not valid TOML",
        "A line is `key = value`, `[table]`, `[[entry]]` or a comment after `#`. Text, quantities and quarters stand in \
         quotes.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = 120 MW\n"),
        "Correct the line; the help shows how.",
    ),
    error(
        "scenario::too-deep",
        "tables or lists are nested too deep",
        "A scenario needs no more than four levels of nesting; more than 32 are refused.",
        File(
            "schema = 1\nname = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
        ),
        "Check the brackets and the dots of keys.",
    ),
    warning(
        "scenario::too-early",
        "an offer starts before the platform could be had",
        "The catalogue knows the first quarter in which a platform came in volume. Orders may go before it by their \
         lead time.",
        File("extends = \"base.toml\"\n\n[[offer]]\nplatform = \"h100-hgx-8\"\nfrom = \"2021-Q1\"\n"),
        "Correct `from`; without it orders start their lead time before the catalogue's quarter.",
    ),
    error(
        "scenario::too-large",
        "a file is too large",
        "A scenario has at most 4 MiB, a CSV file beside it 16 MiB. Larger files are refused before they are read, so \
         that a wrong path costs nothing.",
        Bytes("A file of 5 MiB of comments.", || vec![b'#'; 5 << 20]),
        "Give the scenario file. Keep long tables in CSV files, one column for each curve.",
    ),
    error(
        "scenario::too-many",
        "there are too many entries, or too many faults",
        "A scenario has at most 10,000 entries of one kind, and 500 faults are shown at most.",
        Bytes("A file with 10,001 entries of `[[site]]`.", || {
            let mut text = String::from("schema = 1\nname = \"many\"\n");
            for index in 0..=10_000 {
                text.push_str(&format!("[[site]]\nid = \"s{index}\"\n"));
            }
            text.into_bytes()
        }),
        "Gather what is alike: one fleet of a thousand servers, not a thousand fleets of one.",
    ),
    error(
        "scenario::unknown-column",
        "the CSV file has no such column",
        "A curve in a CSV file names its column, and the column of quarters if that is not `quarter`.",
        With(
            "extends = \"base.toml\"\n\n[[workload]]\nid = \"assistant\"\ndemand = { csv = \"demand.csv\", column = \"request\", unit = \"requests/s\" }\n",
            "demand.csv",
            "quarter,requests\n2024-Q1,50\n",
        ),
        "Correct `column`, or `quarter`.",
    ),
    error(
        "scenario::unknown-device",
        "the catalogue has no such device",
        "A platform is built on a device of the catalogue, or on one written in the scenario.",
        File(
            "extends = \"base.toml\"\n\n[[platform]]\nbase = \"h100-hgx-8\"\nid = \"new\"\ndevice = \"h100-smx\"\n",
        ),
        "Correct the id, or write the device as a `[[device]]`.",
    ),
    error(
        "scenario::unknown-key",
        "a table has no such key",
        "An unknown key would silently have no effect, so it is refused.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\ncoolling = \"liquid\"\n"),
        "Correct the key. `quarterdeck explain scenario.site` lists those of a site, and so for every table.",
    ),
    error(
        "scenario::unknown-model",
        "the catalogue has no such model",
        "A workload names a model of the catalogue, or has one written in place.",
        File("extends = \"base.toml\"\n\n[[workload]]\nid = \"assistant\"\nmodel = \"lama-3-8b\"\n"),
        "Correct the id, or write `model = { base = \"llama-3-8b\", … }`.",
    ),
    error(
        "scenario::unknown-offer",
        "there is no such offer",
        "History and shocks name offers by their id, which is the platform's if the offer has none.",
        File(
            "extends = \"base.toml\"\n\n[[shock]]\nid = \"dearer\"\nhappens = \"2025-Q1\"\nchanges = { offer = \"h100-hgx\", price = \"+20 %\" }\nassumed = \"an example\"\n",
        ),
        "Correct the id.",
    ),
    error(
        "scenario::unknown-platform",
        "the catalogue has no such platform",
        "Fleets, offers and programmes name platforms of the catalogue or of the scenario.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nfleet = { \"h100-hgx8\" = 10 }\n"),
        "Correct the id, or write the platform as a `[[platform]]`.",
    ),
    error(
        "scenario::unknown-porting",
        "history ports a workload for which there is no porting",
        "An entry with `decision = \"port\"` needs a `[[porting]]` of the same workload and family: it has the effort \
         and the cost.",
        File(
            "extends = \"base.toml\"\n\n[[history]]\ndecision = \"port\"\nworkload = \"assistant\"\nto = \"tpu\"\nquarter = \"2024-Q2\"\nassumed = \"an example\"\n",
        ),
        "Declare the porting, or correct the entry.",
    ),
    error(
        "scenario::unknown-programme",
        "there is no such programme",
        "Offers and history name programmes by id.",
        File("extends = \"base.toml\"\n\n[[offer]]\nplatform = \"h100-hgx-8\"\nprogramme = \"own-chip-1\"\n"),
        "Correct the id.",
    ),
    error(
        "scenario::unknown-project",
        "there is no such project",
        "History, shocks and `excludes` name projects by id.",
        File(
            "extends = \"base.toml\"\n\n[[history]]\ndecision = \"never\"\nproject = \"hall-3\"\nassumed = \"an example\"\n",
        ),
        "Correct the id.",
    ),
    error(
        "scenario::unknown-region",
        "the catalogue has no such region",
        "A region gives a site its climate, price of electricity and carbon intensity.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nregion = \"atlantis\"\n"),
        "Correct the id, or write `climate`, `electricity` and `grid_carbon` in the site.",
    ),
    error(
        "scenario::unknown-site",
        "there is no such site",
        "A project serves a site of the scenario, or makes a new one; a new one needs a climate.",
        File("extends = \"base.toml\"\n\n[[project]]\nid = \"hall-2\"\nsite = \"nroth\"\n"),
        "Correct the id, or write `climate` or `region` in the project to make a new site.",
    ),
    error(
        "scenario::unknown-source",
        "there is no such source",
        "`source` names a source of the scenario (`[source.ID]`) or of the catalogue.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nsource = \"memo\"\n"),
        "Declare it: `[source.memo]` with its `title` and, if there is one, `url` and `date`.",
    ),
    error(
        "scenario::unknown-unit",
        "a unit is not known",
        "Units are written as in physics: `MW`, `GB/s`, `GiB`, `Gbit/s`, `USD/MWh`, `%/yr`, `quarters`. `Gb` could be \
         bits or bytes and is refused.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = \"120 Mw\"\n"),
        "Write the unit that the help suggests.",
    ),
    error(
        "scenario::unknown-word",
        "a word is not one of those that the key takes",
        "Some keys take one of a few words; the help lists them.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\ncooling = \"water\"\n"),
        "Write one of the words.",
    ),
    error(
        "scenario::unknown-workload",
        "there is no such workload",
        "Portings, shocks and history name workloads by id.",
        File(
            "extends = \"base.toml\"\n\n[[shock]]\nid = \"launch\"\nhappens = \"2025-Q1\"\nchanges = { workload = \"asistant\", demand = \"x40\" }\nassumed = \"an example\"\n",
        ),
        "Correct the id.",
    ),
    warning(
        "scenario::unlikely",
        "a value is far from what is usual",
        "The value is possible, but mistakes in a unit or an exponent look like this. The message names the usual \
         range.",
        File("extends = \"base.toml\"\n\n[horizon]\ndiscount_rate = \"80 %/yr\"\n"),
        "Correct it, or keep it if it is meant.",
    ),
    warning(
        "scenario::unordered-curve",
        "the points of a curve are not in order of time",
        "They are read as if they were; but a point out of place is often a wrong year.",
        File(
            "extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = { \"2025-Q1\" = \"20 MW\", \"2024-Q1\" = \"10 MW\" }\n",
        ),
        "Put the points in order of time.",
    ),
    error(
        "scenario::unreadable",
        "a file can not be read",
        "The scenario, the scenario it extends, or a CSV file is not there or may not be read. Paths in a file are \
         relative to the folder of that file.",
        File("extends = \"bases.toml\"\n"),
        "Correct the path.",
    ),
    warning(
        "scenario::unused-source",
        "a source is cited nowhere",
        "A source that nothing cites supports nothing.",
        File("extends = \"base.toml\"\n\n[source.memo]\ntitle = \"Capacity memo\"\n"),
        "Cite it where its numbers stand, or remove it.",
    ),
    error(
        "scenario::wrong-form",
        "a quarter, rate or count is not written as it must be",
        "Quarters are `2022-Q3`, numbers of quarters `3 quarters`, growth `1.9x/yr` or `8 %/yr`, rates of work \
         `300 requests/s`, factors `x40` or `+20 %`.",
        File("extends = \"base.toml\"\n\n[horizon]\nstart = \"2024-01\"\n"),
        "Write it in the form that the help shows.",
    ),
    error(
        "scenario::wrong-model",
        "a model does not fit the kind of work",
        "Recommendation kinds take recommendation models, `llm-` kinds take transformers.",
        File(
            "extends = \"base.toml\"\n\n[[workload]]\nid = \"ranking\"\nkind = \"recommendation-inference\"\nmodel = \"llama-3-8b\"\ndemand = \"1e6 samples/s\"\nlatency_p99 = \"60 ms\"\ncandidates_per_query = 100\nunserved = \"0.9 USD/1e6 samples\"\nassumed = \"an example\"\n",
        ),
        "Name a model of the right kind, or correct `kind`.",
    ),
    error(
        "scenario::wrong-type",
        "a value is of the wrong kind",
        "A key takes text, a number, a list or a table; the message says which.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\ncooling = 3\n"),
        "Write it as in the help.",
    ),
    error(
        "scenario::wrong-unit",
        "a unit measures something else than the key",
        "A power is in watts, a price in dollars, the demand of `llm-inference` in requests.",
        File("extends = \"base.toml\"\n\n[[site]]\nid = \"north\"\nit_power = \"120 MWh\"\n"),
        "Write the unit that the help shows.",
    ),
];
