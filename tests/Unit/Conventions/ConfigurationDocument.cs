using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Gatehouse.Protection;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>
/// docs/configuration.md, written from the options classes: names and types by reflection; meanings, ranges and defaults
/// from the comments, so that code and document can't differ.
/// </summary>
internal static partial class ConfigurationDocument
{
    private const string DefaultsTo = "Defaults to ";

    private static readonly Assembly[] Assemblies = [typeof(GatehouseBuilderExtensions).Assembly, typeof(ProtectionOptions).Assembly];

    private static readonly ILookup<string?, XElement> Comments = Assemblies
        .SelectMany(static assembly => XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml")).Descendants("member"))
        .ToLookup(static member => (string?)member.Attribute("name"));

    /// <summary>Every class that is bound to a section, in the order of the sections.</summary>
    public static IReadOnlyList<Type> Sections { get; } =
    [
        .. Assemblies.SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => type.Name.EndsWith("Options", StringComparison.Ordinal) && FindSection(type) is not null)
            .OrderBy(FindSection, StringComparer.Ordinal),
    ];

    /// <summary>Every setting by name, with its property.</summary>
    public static IEnumerable<(string Name, PropertyInfo Property)> Settings => Sections.SelectMany(static type => Enumerate(FindSection(type)!, type));

    public static string Write()
    {
        var text = new StringBuilder(
            """
            # Configuration

            Written from the options classes by a test; change it there.

            Every setting has one name everywhere: `Tokens:AccessTokenLifetime` is `--Tokens:AccessTokenLifetime=00:05:00` on the command line of local/Host, and `Tokens__AccessTokenLifetime` in the environment,
            in local.settings.json and in the app settings of Azure. Time spans are written `d.hh:mm:ss`; `24:00:00`, which .NET reads as 24 days, stops the start. A missing or impossible value stops the start with its name and range, a misspelt name with the nearest setting.

            """);
        foreach (var type in Sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {FindSection(type)}\n\n");
            if (IntroductionOf(type) is { Length: > 0 } introduction)
            {
                text.Append(CultureInfo.InvariantCulture, $"{introduction}\n\n");
            }

            text.Append("| setting | type | default | meaning |\n|---|---|---|---|\n");
            foreach (var (name, property) in Enumerate(FindSection(type)!, type))
            {
                var (meaning, fallback) = Split(Comment($"P:{property.DeclaringType!.FullName}.{property.Name}"));
                text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {TypeOf(property.PropertyType)} | {FindDefaultOfItsOwn(type, name, property) ?? fallback} | {meaning} |\n");
            }
        }

        return text.ToString();
    }

    private static string? FindSection(Type type) => type.GetField("Section")?.GetRawConstantValue() as string;

    private static IEnumerable<(string Name, PropertyInfo Property)> Enumerate(string path, Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
        {
            if (!property.CanWrite && ItemOf(property.PropertyType).Suffix.Length == 0)
            {
                // Computed from other settings.
                continue;
            }

            // A section that is a list itself: Clients:0.
            var name = property.Name == path ? path : $"{path}:{property.Name}";
            var (suffix, item) = ItemOf(property.PropertyType);
            if (item is { Namespace: { } space } && space.StartsWith(nameof(Gatehouse), StringComparison.Ordinal) && !item.IsEnum)
            {
                if (suffix.Length == 0 || Comment($"P:{type.FullName}.{property.Name}").Length > DefaultsTo.Length + "none.".Length)
                {
                    yield return (name + suffix, property);
                }

                foreach (var inner in Enumerate(name + suffix, item))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return (name + suffix, property);
            }
        }
    }

    /// <summary>The suffix that a list or dictionary adds to the setting's name, and the type of an item.</summary>
    private static (string Suffix, Type? Item) ItemOf(Type type)
    {
        if (type == typeof(string) || !type.IsAssignableTo(typeof(IEnumerable)))
        {
            return ("", Nullable.GetUnderlyingType(type) ?? type);
        }

        var arguments = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
        return arguments.Length == 2 ? (":<name>", arguments[1]) : (":0", arguments[0]);
    }

    private static string TypeOf(Type type) => ItemOf(type).Item switch
    {
        { } item when item == typeof(TimeSpan) => "time span",
        { } item when item == typeof(bool) => "Boolean",
        { } item when item == typeof(int) || item == typeof(long) => "integer",
        { } item when item == typeof(Uri) => "URL",
        { } item when item == typeof(string) => "string",
        { IsEnum: true } item => string.Join(" or ", Enum.GetNames(item)),
        _ => "",
    };

    /// <summary>The default of a setting whose class several sections share (a limit, say); null when it is the default of the class.</summary>
    private static string? FindDefaultOfItsOwn(Type section, string name, PropertyInfo property)
    {
        object? owner = Activator.CreateInstance(section);
        foreach (var step in name[(FindSection(section)!.Length + 1)..].Split(':')[..^1])
        {
            owner = owner?.GetType().GetProperty(step)?.GetValue(owner);
        }

        var value = owner?.GetType() == property.DeclaringType ? property.GetValue(owner) : null;
        return value is int number && !number.Equals(property.GetValue(Activator.CreateInstance(property.DeclaringType!))) ? number.ToString(CultureInfo.InvariantCulture) : null;
    }

    // The first sentence names the section, as the heading does.
    private static string IntroductionOf(Type type)
    {
        var comment = Comment($"T:{type.FullName}");
        var rest = FirstSentence().Match(comment) is { Success: true } first ? comment[first.Length..].Trim() : "";
        return rest.Length == 0 ? "" : char.ToUpperInvariant(rest[0]) + rest[1..];
    }

    private static (string Meaning, string Default) Split(string comment)
    {
        var start = comment.LastIndexOf(DefaultsTo, StringComparison.Ordinal);
        if (start < 0)
        {
            return Required().IsMatch(comment) ? (Required().Replace(comment, "").Trim(), "required") : (comment, "");
        }

        return (comment[..start].Trim(), comment[(start + DefaultsTo.Length)..].TrimEnd('.'));
    }

    /// <summary>The summary of a type or member as Markdown in one line.</summary>
    private static string Comment(string member)
    {
        var summary = Comments[member].FirstOrDefault()?.Element("summary");
        var text = string.Concat((summary?.Nodes() ?? []).Select(static node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{((string)see.Attribute("cref")!).Split('.', ':')[^1]}`",
            _ => ((node as XText)?.Value ?? "").Replace("<", "\\<", StringComparison.Ordinal),
        }));
        return Spaces().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    // A colon in a code span, as in `Protection:DPoP`, does not end the sentence.
    [GeneratedRegex(@"^(`[^`]*`|[^`:.])*[:.]")]
    private static partial Regex FirstSentence();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\s*Required(; has no default)?\.$")]
    private static partial Regex Required();
}
