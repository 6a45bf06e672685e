//! Colours as eyes see them that tell fewer apart: the model of Machado, Oliveira and Fernandes (2009)
//! at full severity, and distances in OKLab.

use super::colour::{Rgb, linear};

/// Two colours that are at least so far apart are told apart at a glance: three and a half times
/// what is just noticeable (0.02).
pub(crate) const APART_MIN: f64 = 0.07;

/// A kind of eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vision {
    Usual,
    /// Without the cones for long waves: red is dark.
    Protanopia,
    /// Without the cones for middle waves: the most common.
    Deuteranopia,
    /// Without the cones for short waves: rare.
    Tritanopia,
}

impl Vision {
    /// Its name in a sentence.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual colour vision",
            Self::Protanopia => "protanopia",
            Self::Deuteranopia => "deuteranopia",
            Self::Tritanopia => "tritanopia",
        }
    }

    /// Rows of the matrix that linear red, green and blue go through.
    const fn matrix(self) -> [[f64; 3]; 3] {
        match self {
            Self::Usual => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::Protanopia => [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            Self::Deuteranopia => [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
            Self::Tritanopia => [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        }
    }

    /// How far two colours are apart to these eyes; black and white are 1 apart.
    pub(crate) fn distance(self, a: Rgb, b: Rgb) -> f64 {
        let [a, b] = [a, b].map(|colour| ok_lab(dot(self.matrix(), linear(colour))));
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }
}

fn dot(matrix: [[f64; 3]; 3], light: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0))
}

/// Linear light in OKLab.
fn ok_lab(light: [f64; 3]) -> [f64; 3] {
    let cones = dot(
        [
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ],
        light,
    );
    let [l, m, s] = cones.map(f64::cbrt);
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_does_what_is_known_of_these_eyes() {
        let (black, white) = (Rgb(0, 0, 0), Rgb(255, 255, 255));
        for vision in [Vision::Usual, Vision::Protanopia, Vision::Deuteranopia, Vision::Tritanopia]
        {
            let span = vision.distance(black, white);
            assert!((span - 1.0).abs() < 0.02, "{vision:?}: greys stay greys, {span}");
        }
        // A red and a green of one brightness, and a blue and a green.
        let (red, green) = (Rgb(190, 90, 40), Rgb(115, 125, 45));
        assert!(Vision::Usual.distance(red, green) > 2.0 * APART_MIN);
        assert!(Vision::Deuteranopia.distance(red, green) < APART_MIN);
        assert!(Vision::Protanopia.distance(Rgb(0, 114, 178), Rgb(213, 94, 0)) > APART_MIN);
    }
}
