using Zxcvbn;
using Zxcvbn.Matcher;
using Estimator = Zxcvbn.Zxcvbn;

namespace Gatehouse.Users;

/// <summary>
/// Estimates by zxcvbn how many guesses a password withstands: attackers try common passwords, words, names, dates and
/// keyboard patterns first, with the usual capital letters, digits and signs.
/// </summary>
internal static class PasswordStrength
{
    // zxcvbn's own scale, 0 to 4. 3 withstands 10 000 guesses a second for two weeks.
    private const int MinScore = 3;

    // The time of an estimate grows with the square of the length: 20 ms for 24 random characters, 80 ms for 128, where a hash
    // takes 100 ms.
    private const int MaxLength = 32;

    // Read at the first estimate: its word lists take 7 MiB.
    private static readonly Lazy<Estimator> Estimates = new(static () => new Estimator());

    /// <summary>The weakness of a password, in words for its user; null when it is strong enough.</summary>
    /// <param name="password">The password, of which the first 32 characters count.</param>
    /// <param name="name">The name of its user, whose parts count as guessed.</param>
    public static string? FindWeakness(string password, UserName name)
    {
        var judged = password.Length > MaxLength ? password[..MaxLength] : password;
        var estimate = Estimates.Value.EvaluatePassword(judged, ["gatehouse", name.Key, .. SplitWords(name.Key)]);
        if (estimate.Score >= MinScore)
        {
            return null;
        }

        var parts = estimate.MatchSequence.Where(static match => match.Token.Length > 1).Select(Describe).OfType<string>().Distinct().ToArray();
        var reason = parts.Length == 0 ? "" : $", because it holds {string.Join(", ", parts)}";
        return $"This password is easy to guess{reason}. Add some words that have nothing to do with each other.";
    }

    private static string[] SplitWords(string name) => name.Split(['.', '@', '-', '_', '+', ' '], StringSplitOptions.RemoveEmptyEntries);

    private static string? Describe(Match match) => match switch
    {
        DictionaryMatch { DictionaryName: "passwords" } => "a common password",
        DictionaryMatch { DictionaryName: "user_inputs" } => "a part of the user name",
        DictionaryMatch => "a common word or name",
        SpatialMatch => "keys that are next to each other",
        SequenceMatch => "a sequence such as abc or 123",
        RepeatMatch => "a repeated character",
        { Pattern: "year" or "date" } => "a date",
        { Pattern: "digits" } => "a number",
        _ => null,
    };
}
