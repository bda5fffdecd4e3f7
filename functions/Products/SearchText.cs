using System.Text;

namespace Gatehouse.Products;

/// <summary>
/// The form in which names are searched. Every store keeps it beside the name and compares it character by character,
/// so that a search gives the same result over every store: storages fold case for ASCII only, or in different ways.
/// </summary>
internal static class SearchText
{
    /// <summary>
    /// Folds case and compatibility forms (NFKC). It uses upper case, because two lower-case letters may share one
    /// upper-case letter (the Greek σ and ς), and hardly ever the reverse.
    /// </summary>
    public static string Fold(string text) => text.Normalize(NormalizationForm.FormKC).ToUpperInvariant();
}
