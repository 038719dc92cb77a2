//! Errors of the readers: limits, malformed and damaged files. Each names the place and the expected content.

use scorescape::io::safetensors::{self, Archive, Tensor, Values};
use scorescape::io::{self, Place, ReadError, npy, text};
use scorescape::rng::Stream;
use scorescape::table::Table;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::readers::{FILES, archive, csv_file, npy_bytes, npy_version, pick, rng};

/// Reads a file and checks the result.
type Reader = fn(&[u8]) -> Result<(), ReadError>;

fn read_table(bytes: &[u8]) -> Result<(), ReadError> {
    let table = io::read_table(bytes)?;
    let again = Table::new(table.columns(), table.values().to_vec(), table.names().to_vec());
    assert_eq!(again, Ok(table), "a reader made what the constructor refuses");
    Ok(())
}

fn read_text(bytes: &[u8]) -> Result<(), ReadError> {
    let table = text::read(bytes)?;
    assert_eq!(text::read(text::write(&table).as_bytes()), Ok(table), "what is read can be written");
    read_table(bytes)
}

fn read_npy(bytes: &[u8]) -> Result<(), ReadError> {
    npy::read(bytes).map(drop)
}

fn read_tensors(bytes: &[u8]) -> Result<(), ReadError> {
    let archive = safetensors::read(bytes)?;
    let written = safetensors::write(&archive).expect("a reader made what the writer refuses");
    assert_eq!(safetensors::read(&written).map(|again| again.metadata), Ok(archive.metadata));
    Ok(())
}

#[test]
fn text_names_the_place_and_what_is_expected_there() {
    for (file, message) in [
        ("", "line 1: expected at least one row of numbers, found the end of the file"),
        ("\n \n# x\n", "line 4: expected at least one row of numbers, found the end of the file"),
        ("x,y\n", "line 1: expected at least one row of numbers, found the end of the file"),
        ("1,2\n3\n", "line 2: expected 2 columns as in line 1, found 1"),
        ("#\nx y\n1 2\n3 4 5\n", "line 4: expected 2 columns as in line 2, found more"),
        ("1,\n", "line 1, column 2: expected a number such as 12 or 0.5, found nothing"),
        ("1,5;2\n", "line 1, column 1: expected a number such as 12 or 0.5, found \"1,5\""),
        ("x,2\n1,2\n", "line 1, column 1: expected a number such as 12 or 0.5, found \"x\""),
        ("5.1,3.5,Iris-setosa\n", "line 1, column 3: expected a number such as 12 or 0.5, found \"Iris-setosa\""),
        ("1\n2\nNaN\n", "line 3, column 1: expected a number between -1e100 and 1e100, found \"NaN\""),
        ("1,-inf\n", "line 1, column 2: expected a number between -1e100 and 1e100, found \"-inf\""),
        ("1e101\n", "line 1, column 1: expected a number between -1e100 and 1e100, found \"1e101\""),
        ("\"a\nb\n", "line 3: expected a quote that ends the one of line 1, found the end of the file"),
        ("\"a\"b,c\n1,2\n", "line 1: expected a separator or the line's end after the closing quote, found \"b\""),
        ("P\0K", "byte 1: expected text in UTF-8 (CSV, TSV) or a .npy file, found a zero byte"),
    ] {
        assert_eq!(io::read_table(file.as_bytes()).unwrap_err().to_string(), message, "{file:?}");
    }
    let long = text::read("x".repeat(1000).replace("xx", "x,1,").as_bytes()).unwrap_err();
    assert!(long.to_string().chars().count() < 150);
}

#[test]
fn text_stops_at_the_limit_that_it_names() {
    let refused = |text: String| text::read(text.as_bytes()).unwrap_err().to_string();
    let rows = |count: usize| "1\n".repeat(count);
    assert_eq!(refused(rows(10_000_000)), "line 1000001: expected at most 1000000 rows, found another row");
    assert_eq!(text::read(rows(1_000_000).as_bytes()).map(|table| table.rows()), Ok(1_000_000));
    let row = |columns: usize| vec!["1"; columns].join(",") + "\n";
    assert_eq!(refused(row(1025)), "line 1, column 1025: expected at most 1024 columns, found another");
    assert_eq!(refused(row(1024).repeat(4097)), "line 4097: expected at most 4194304 numbers, found another row");
}

/// A `.npy` file of version 1.
fn npy_file(dictionary: &str, numbers: &[u8]) -> Vec<u8> {
    npy_version(1, dictionary, numbers)
}

#[test]
fn npy_names_the_byte_and_what_is_expected_there() {
    let header = |descr: &str, shape: &str| format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}");
    let shaped = |shape: &str| npy_file(&header("'<f8'", shape), &[0; 16]);
    let typed = |descr: &str| npy_file(&header(descr, "(2,)"), &[0; 16]);
    let types = "expected one of the types b1, i1, i2, i4, i8, u1, u2, u4, u8, f4, f8";
    let mut infinite = shaped("(2,)");
    infinite.splice(67.., [1.0, f64::INFINITY].map(f64::to_le_bytes).concat());
    let single = |values: [f32; 2]| npy_file(&header("'<f4'", "(2,)"), &values.map(f32::to_le_bytes).concat());
    let mut huge = npy_version(2, "", &[]);
    huge[8..12].copy_from_slice(&(1u32 << 30).to_le_bytes());
    for (file, message) in [
        (vec![], "byte 0: expected a .npy file, which begins with \\x93NUMPY, found nothing"),
        (
            b"PK\x03\x04....".to_vec(),
            "byte 0: expected a .npy file, which begins with \\x93NUMPY, found \"PK\u{fffd}\u{fffd}..\"",
        ),
        (npy_version(4, "", &[]), "byte 6: expected version 1, 2 or 3, found 4"),
        (npy::MAGIC.to_vec(), "byte 6: expected version and length of the header, found the end of the file"),
        (npy_version(2, &" ".repeat(10_001), &[]), "byte 8: expected a header of at most 10000 bytes, found 10001"),
        (shaped("(2,)")[..40].to_vec(), "byte 40: expected a header of 57 bytes, found 30"),
        (shaped("(2,)")[..80].to_vec(), "byte 80: expected 16 bytes of numbers, found 13"),
        (shaped("(1, 1)"), "byte 77: expected 8 bytes of numbers, found 16"),
        (shaped("()"), "byte 60: expected one or two dimensions, found 0"),
        (shaped("(1, 1, 2)"), "byte 60: expected one or two dimensions, found 3"),
        (shaped("(0, 2)"), "byte 60: expected at least one row and column, found 0 rows and 2 columns"),
        (shaped("(10000000,)"), "byte 60: expected at most 1000000 rows, found 10000000 rows and 1 columns"),
        (shaped("(2, 1025)"), "byte 60: expected at most 1024 columns, found 2 rows and 1025 columns"),
        (shaped("(134217, 1000)"), "byte 60: expected at most 4194304 numbers, found 134217 rows and 1000 columns"),
        (shaped("(4096, 1024)"), "byte 91: expected 33554432 bytes of numbers, found 16"),
        (shaped("(-1, 2)"), "byte 61: expected a whole number below 2^64, found \"-1, 2), }\""),
        (shaped("(99999999999999999999,)"), "byte 61: expected a whole number below 2^64, found \"9999999999\""),
        (shaped("'x'"), "byte 60: expected \"(\", found \"'x', }\""),
        (typed("'<f2'"), &format!("byte 20: {types}, found \"<f2\"")),
        (typed("'|O'"), &format!("byte 20: {types}, found \"|O\"")),
        (typed("'<U8'"), &format!("byte 20: {types}, found \"<U8\"")),
        (typed("[('x', '<f8')]"), &format!("byte 20: {types}, found \"[('x', '<f\"")),
        (
            npy_file("{'descr': '<f8', 'shape': (2,)}", &[0; 16]),
            "byte 41: expected all of descr, fortran_order and shape, found the header's end",
        ),
        (
            npy_file("{'shape': (2,), 'shape': (2,)}", &[0; 16]),
            "byte 26: expected each of descr, fortran_order and shape once, found \"shape\"",
        ),
        (npy_file("{'fortran_order': 1}", &[]), "byte 28: expected True or False, found \"1}\""),
        (npy_file("{} x", &[]), "byte 13: expected the header's end, found \"x\""),
        (infinite, "byte 75: expected a number between -1e100 and 1e100, found infinity"),
        (single([f32::NAN, 0.0]), "byte 67: expected a number between -1e100 and 1e100, found NaN"),
        (single([0.0, f32::NEG_INFINITY]), "byte 71: expected a number between -1e100 and 1e100, found infinity"),
        (
            npy_file(&header("'>f8'", "(1, 1)"), &1e101f64.to_be_bytes()),
            "byte 69: expected a number between -1e100 and 1e100, found a greater one",
        ),
        (huge, "byte 8: expected a header of at most 10000 bytes, found 1073741824"),
    ] {
        let error = npy::read(&file).unwrap_err();
        assert_eq!(error.to_string(), message, "{}", String::from_utf8_lossy(&file[..file.len().min(200)]));
    }
    let old = npy_file("{'shape': (2L, 1L), \"descr\": \"<i8\", 'fortran_order': True}", &[0; 16]);
    assert_eq!(npy::read(&old).map(|table| table.rows()), Ok(2));
}

fn safetensors_file(header: &str, numbers: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), numbers].concat()
}

#[test]
fn safetensors_names_the_byte_and_what_is_expected_there() {
    let one = |shape: &str, offsets: &str, numbers: &[u8]| {
        let header = format!("{{\"w\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}");
        safetensors_file(&header, numbers)
    };
    let two = |first: &str, second: &str| {
        let entry =
            |name, offsets| format!("\"{name}\":{{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":{offsets}}}");
        safetensors_file(&format!("{{{},{}}}", entry("a", first), entry("b", second)), &[0; 16])
    };
    let header = |text: &str| safetensors_file(text, &[]);
    for (file, message) in [
        (vec![1, 2], "byte 2: expected the header's length in 8 bytes, found the end of the file"),
        (
            u64::MAX.to_le_bytes().to_vec(),
            "byte 0: expected a safetensors header of at most 1048576 bytes, found 18446744073709551615",
        ),
        (1000u64.to_le_bytes().to_vec(), "byte 8: expected a header of 1000 bytes, found 0"),
        (header(" {}"), "byte 8: expected \"{\", found \" {}\""),
        (header("[]"), "byte 8: expected \"{\", found \"[]\""),
        (header("{} 1"), "byte 11: expected the header's end, found \"1\""),
        (header("{\"w\":[]}"), "byte 13: expected \"{\", found \"[]}\""),
        (header("{\"w\":{}}"), "byte 9: expected all of dtype, shape and data_offsets, found \"w\""),
        (
            header("{\"w\":{\"size\":1}}"),
            "byte 14: expected each of dtype, shape and data_offsets once, found \"size\"",
        ),
        (header("{\"w"), "byte 11: expected the end of a string, found the header's end"),
        (header("{\"\\ud800\":"), "byte 16: expected a character of Unicode before this, found \"\":\""),
        (header("{\"\\x\":"), "byte 12: expected an escape of JSON before this, found \"\":\""),
        (header("{\"__metadata__\":{\"a\":1}}"), "byte 29: expected \"\"\", found \"1}}\""),
        (one("[2]", "[0,8]", &[0; 7]), "byte 69: expected 8 bytes of numbers, found 7"),
        (one("[2]", "[0,8]", &[0; 9]), "byte 70: expected 8 bytes of numbers, found 9"),
        (one("[2]", "[0,4]", &[0; 8]), "byte 9: expected data_offsets that are 8 bytes apart, found \"w\""),
        (one("[2]", "[8,0]", &[0; 8]), "byte 9: expected data_offsets that are 8 bytes apart, found \"w\""),
        (one("[2]", "[0,8,9]", &[0; 8]), "byte 9: expected data_offsets that are 8 bytes apart, found \"w\""),
        (one("[2]", "[4,12]", &[0; 12]), "byte 9: expected a tensor that begins at offset 0, found \"w\""),
        (one("[2,]", "[0,8]", &[0; 8]), "byte 39: expected a whole number below 2^64, found \"],\"data_of\""),
        (
            one("[268435456]", "[0,1073741824]", &[]),
            "byte 9: expected a tensor of at most 16777216 numbers, found \"w\"",
        ),
        (one("[4097,4096]", "[0,67125248]", &[]), "byte 9: expected a tensor of at most 16777216 numbers, found \"w\""),
        (
            one("[4294967296,4294967296]", "[0,0]", &[]),
            "byte 9: expected a tensor of at most 16777216 numbers, found \"w\"",
        ),
        (one("[1,1,1,1,1,1,1,1,1]", "[0,4]", &[0; 4]), "byte 53: expected at most 8 numbers, found \"1],\"data_o\""),
        (one("[1]", "[0,4]", &f32::NAN.to_le_bytes()), "byte 62: expected a finite number, found NaN or infinity"),
        (two("[0,8]", "[0,8]"), "byte 62: expected a tensor that begins at offset 8, found \"b\""),
        (
            two("[0,8]", "[18446744073709551608,18446744073709551615]"),
            "byte 62: expected data_offsets that are 8 bytes apart, found \"b\"",
        ),
    ] {
        let error = safetensors::read(&file).unwrap_err();
        assert_eq!(error.to_string(), message, "{}", String::from_utf8_lossy(&file));
    }
    let large =
        |name, offsets| format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":[9000000],\"data_offsets\":{offsets}}}");
    let both = format!("{{{},{}}}", large("a", "[0,36000000]"), large("b", "[36000000,72000000]"));
    let refused = safetensors::read(&header(&both)).unwrap_err().to_string();
    assert_eq!(refused, "byte 75: expected tensors of at most 16777216 numbers together, found \"b\"");
    let many =
        |count| (0..count).map(|i| format!("\"{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
    let file = |count| header(&format!("{{{}}}", many(count).collect::<Vec<_>>().join(",")));
    assert_eq!(safetensors::read(&file(1024)).map(|archive| archive.tensors.len()), Ok(1024));
    assert!(safetensors::read(&file(1025)).unwrap_err().to_string().contains("at most 1024 tensors"));
}

#[test]
fn safetensors_writer_names_what_it_refuses() {
    let tensor = |name: &str, shape: &[usize], value| Tensor {
        name: name.into(),
        shape: shape.to_vec(),
        values: Values::F32(vec![value; 2]),
    };
    let refused = |tensors| safetensors::write(&Archive { metadata: vec![], tensors }).map_err(|error| error.setting);
    assert!(refused(vec![tensor("a", &[2], 1.0), tensor("b", &[1, 2], 1.0)]).is_ok());
    assert_eq!(refused(vec![tensor("a", &[2], 1.0), tensor("a", &[2], 1.0)]), Err("name".into()));
    assert_eq!(refused(vec![tensor("__metadata__", &[2], 1.0)]), Err("name".into()));
    assert_eq!(refused(vec![tensor("a", &[3], 1.0)]), Err("shape".into()));
    assert_eq!(refused(vec![tensor("a", &[usize::MAX, 2], 1.0)]), Err("shape".into()));
    assert_eq!(refused(vec![tensor("a", &[2], f32::NAN)]), Err("values".into()));
}

/// Damages a file in one to three places.
fn damage(file: &[u8], rng: &mut Stream) -> Vec<u8> {
    const TOKENS: [&[u8]; 20] = [
        b"\"",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"#",
        b"nan",
        b"1e999",
        b"\0",
        b"\xff",
        b"-",
        b"99999999999999999999",
        b"{",
        b"}",
        b"[",
        b"(",
        b"'",
        b"\\",
        b"\xef\xbb\xbf",
    ];
    let mut file = file.to_vec();
    for _ in 0..=rng.index(3) {
        let at = rng.index(file.len() as u32 + 1);
        let end = (at + rng.index(12)).min(file.len());
        match rng.index(5) {
            0 => file.truncate(at),
            1 => drop(file.drain(at..end)),
            2 => drop(file.splice(at..end, pick(rng, &TOKENS).iter().copied())),
            3 => {
                let twice = file[at..end].repeat(2);
                file.splice(at..end, twice);
            }
            _ => file.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << rng.index(8)),
        }
    }
    file
}

/// Asserts that the error names a place inside the file and is short.
fn assert_is_placed(error: &ReadError, file: &[u8]) {
    let lines = 1 + file.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    let is_inside = match error.at {
        Place::Line(line) => (1..=lines).contains(&line),
        Place::Cell(line, column) => (1..=lines).contains(&line) && (1..=1025).contains(&column),
        Place::Byte(offset) => offset <= file.len(),
    };
    let is_brief = (1..120).contains(&error.expected.len()) && (1..200).contains(&error.found.len());
    assert!(is_inside && is_brief, "{error}: {}", String::from_utf8_lossy(file));
}

/// Damages files from `make`: most must be refused, and some accepted.
fn assert_damage_is_placed(mut rng: Stream, make: fn(&mut Stream) -> Vec<u8>, read: Reader) {
    let mut refused = 0;
    for _ in 0..2 * FILES {
        let file = make(&mut rng);
        let damaged = damage(&file, &mut rng);
        if let Err(error) = read(&damaged) {
            assert_is_placed(&error, &damaged);
            refused += 1;
        }
    }
    assert!((FILES / 2..2 * FILES - FILES / 30).contains(&refused), "{refused} of {}", 2 * FILES);
}

#[test]
fn damaged_files_are_read_or_refused_with_a_place() {
    assert_damage_is_placed(rng(20), |rng| csv_file(rng).0.into_bytes(), read_text);
    assert_damage_is_placed(rng(21), |rng| npy_bytes(rng).0, read_table);
    assert_damage_is_placed(rng(22), |rng| safetensors::write(&archive(rng)).unwrap(), read_tensors);
}

#[test]
fn files_cut_anywhere_are_read_or_refused_with_a_place() {
    let mut rng = rng(30);
    for _ in 0..FILES / 75 {
        let (text, binary, tensors) =
            (csv_file(&mut rng).0, npy_bytes(&mut rng).0, safetensors::write(&archive(&mut rng)).unwrap());
        for end in 0..text.len() {
            if let Err(error) = read_table(&text.as_bytes()[..end]) {
                assert_is_placed(&error, &text.as_bytes()[..end]);
            }
        }
        for (file, read) in [(&binary, read_npy as Reader), (&tensors, read_tensors)] {
            for end in 0..file.len() {
                let error = read(&file[..end]).expect_err("every byte counts");
                assert_is_placed(&error, &file[..end]);
            }
        }
    }
}
