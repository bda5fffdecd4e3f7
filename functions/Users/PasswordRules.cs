using System.Collections.Frozen;
using System.Text;
using Gatehouse.Protection.Http;

namespace Gatehouse.Users;

/// <summary>
/// Which passwords are taken (NIST SP 800-63B §3.1.1.2): long enough, not the user's name, and none of those that
/// everybody tries first. No rules on what characters they consist of: those make passwords worse.
/// </summary>
internal static class PasswordRules
{
    /// <summary>The shortest password, in UTF-16 code units.</summary>
    public const int MinLength = 12;

    // From the list of zxcvbn-ts (MIT licence), those that are long enough. Read at the first need.
    private static readonly Lazy<FrozenSet<string>> Common = new(ReadCommon);

    /// <summary>
    /// The form in which a password is hashed and compared (NIST SP 800-63B §3.1.1.2): keyboards write one text in several
    /// ways. False for what is no text for anybody (U+FFFE and U+FFFF, Unicode 23.7), which can't be normalised.
    /// </summary>
    /// <param name="password">Without half of a surrogate pair, which no body that is read has.</param>
    /// <param name="normalized">The form; the password as it is when it has none.</param>
    public static bool TryNormalize(string password, out string normalized)
    {
        var isText = !password.Any(static character => character >= '\uFFFE');
        normalized = isText ? password.Normalize(NormalizationForm.FormKC) : password;
        return isText;
    }

    /// <summary>What is wrong with a password; null when it may be taken.</summary>
    public static string? FindFault(string password, UserName name)
    {
        if (!TryNormalize(password, out var normalized))
        {
            return "A password must not hold U+FFFE or U+FFFF, which are no characters.";
        }

        if (password.Length > PasswordHashing.MaxLength || Math.Min(password.Length, normalized.Length) < MinLength)
        {
            return $"A password has {MinLength} to {PasswordHashing.MaxLength} characters.";
        }

        var key = normalized.ToLowerInvariant();
        if (key.Contains(name.Key, StringComparison.Ordinal) && key.Length - name.Key.Length < MinLength / 2)
        {
            return "The password must not be the user name, or little more than it.";
        }

        if (key.Distinct().Count() < 4 || Common.Value.Contains(key))
        {
            return "This password is among those that are tried first. Choose another one.";
        }

        return null;
    }

    /// <summary>Reads a new password from a body, noting what is wrong with it.</summary>
    public static string Read(JsonBody body, string field, UserName name)
    {
        var password = body.RequiredSecret(field, PasswordHashing.MaxLength);
        if (password.Length > 0 && FindFault(password, name) is { } fault)
        {
            body.AddError(field, fault);
        }

        return password;
    }

    /// <summary>Whether two passwords are one, in whichever way each was typed.</summary>
    public static bool AreSame(string one, string other)
    {
        _ = TryNormalize(one, out var first);
        _ = TryNormalize(other, out var second);
        return first == second;
    }

    private static FrozenSet<string> ReadCommon()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
