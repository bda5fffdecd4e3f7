using System.Collections.Concurrent;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>A reference from one type to another, with the place in the source.</summary>
/// <param name="From">The layer that uses.</param>
/// <param name="To">The layer that is used.</param>
/// <param name="Type">The full name of the used type.</param>
/// <param name="Place">File and line.</param>
internal sealed record LayerReference(string From, string To, string Type, string Place);

/// <summary>The folders of the house in their order, and the references between them, read from the compiled assemblies.</summary>
internal static class Layers
{
    /// <summary>Each folder may use only the ones above it.</summary>
    public static readonly IReadOnlyList<string> Order =
    [
        "libraries/Protection/Json",
        "libraries/Protection/Settings",
        "libraries/Protection/Caching",
        "libraries/Protection/Http",
        "libraries/Protection/Telemetry",
        "libraries/Protection",
        "libraries/Protection.AspNetCore",
        "libraries/FunctionHost",
        "libraries/OpenApi",
        "functions/Access",
        "functions/Storage",
        "functions/Azure",
        "functions/Telemetry",
        "functions/Audit",
        "functions/RateLimits",
        "functions/Keys",
        "functions/Mail",
        "functions/Revocation",
        "functions/Users",
        "functions/Tokens",
        "functions/Authentication",
        "functions/Products",
        "functions/Api",
        "functions/Storage/Blobs",
        "functions/Storage/Tables",
        "functions/Backup",
        "functions",
    ];

    private const string AspNetCore = "Gatehouse.Protection.AspNetCore";

    private static readonly ConcurrentDictionary<string, string?> Found = new();

    private static readonly ReaderParameters WithSymbols = new() { ReadSymbols = true };

    /// <summary>Every reference from one layer to another.</summary>
    public static IReadOnlyList<LayerReference> References { get; } =
        [.. new[] { "Gatehouse.Protection.dll", AspNetCore + ".dll", "Gatehouse.OpenApi.dll", "Gatehouse.dll" }.SelectMany(Read).Distinct()];

    /// <summary>The layer of a namespace; null for code that is not ours or that a generator made.</summary>
    public static string? Of(string space) => Found.GetOrAdd(space, static space => Order
        .Where(folder => space == NamespaceOf(folder) || space.StartsWith(NamespaceOf(folder) + ".", StringComparison.Ordinal))
        .MaxBy(static folder => folder.Length));

    /// <summary>The types of our assemblies with everything that each of them refers to.</summary>
    public static IEnumerable<(TypeDefinition Type, TypeReference Used, string Place)> ReadUses(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly), WithSymbols);
        foreach (var type in module.GetTypes())
        {
            var outer = type;
            while (outer.DeclaringType is { } declaring)
            {
                outer = declaring;
            }

            foreach (var (used, place) in FindUses(type))
            {
                yield return (outer, used, place);
            }
        }
    }

    private static string NamespaceOf(string folder) =>
        "Gatehouse" + folder.Replace("libraries", "", StringComparison.Ordinal).Replace("functions", "", StringComparison.Ordinal).Replace('/', '.');

    private static IEnumerable<LayerReference> Read(string assembly) =>
        from use in ReadUses(assembly)
        // Its public class is in the namespace of the other package.
        let fromLayer = Of(assembly == AspNetCore + ".dll" ? AspNetCore : use.Type.Namespace)
        let outer = Outermost(use.Used)
        let toLayer = Of(outer.Namespace)
        where fromLayer is not null && toLayer is not null && fromLayer != toLayer
        select new LayerReference(fromLayer, toLayer, outer.FullName, use.Place);

    private static TypeReference Outermost(TypeReference type)
    {
        type = type.GetElementType();
        return type.DeclaringType is { } declaring ? Outermost(declaring) : type;
    }

    private static IEnumerable<(TypeReference Used, string Place)> FindUses(TypeDefinition type)
    {
        var at = PlaceOf(type.Methods);
        TypeReference?[] named =
        [
            type.BaseType,
            .. type.Interfaces.Select(static used => used.InterfaceType),
            .. type.Fields.Select(static used => used.FieldType),
            .. type.GenericParameters.SelectMany(static parameter => parameter.Constraints).Select(static used => used.ConstraintType),
            .. FindAttributes(type),
            .. type.Fields.SelectMany(FindAttributes),
            .. type.Properties.SelectMany(FindAttributes),
        ];
        foreach (var used in named.SelectMany(Expand))
        {
            yield return (used, at);
        }

        foreach (var method in type.Methods)
        {
            foreach (var use in FindUses(method, at))
            {
                yield return use;
            }
        }
    }

    private static IEnumerable<(TypeReference Used, string Place)> FindUses(MethodDefinition method, string fallback)
    {
        var at = PlaceOf([method]) is { Length: > 0 } own ? own : fallback;
        TypeReference?[] signature =
        [
            method.ReturnType,
            .. method.Parameters.Select(static parameter => parameter.ParameterType),
            .. FindAttributes(method),
            .. method.Parameters.SelectMany(FindAttributes),
            .. method.HasBody ? method.Body.Variables.Select(static variable => variable.VariableType) : [],
            .. method.HasBody ? method.Body.ExceptionHandlers.Select(static handler => handler.CatchType) : [],
        ];
        foreach (var used in signature.SelectMany(Expand))
        {
            yield return (used, at);
        }

        var points = method.DebugInformation.GetSequencePointMapping();
        foreach (var instruction in method.HasBody ? method.Body.Instructions : [])
        {
            at = points.TryGetValue(instruction, out var point) && !point.IsHidden ? Format(point) : at;
            foreach (var used in FindOperands(instruction).SelectMany(Expand))
            {
                yield return (used, at);
            }
        }
    }

    private static IEnumerable<TypeReference?> FindOperands(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod generic => [generic.DeclaringType, generic.ReturnType, .. generic.Parameters.Select(static parameter => parameter.ParameterType), .. generic.GenericArguments],
        MethodReference called => [called.DeclaringType, called.ReturnType, .. called.Parameters.Select(static parameter => parameter.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> FindAttributes(ICustomAttributeProvider member) => member.CustomAttributes
        .SelectMany(static attribute => attribute.ConstructorArguments.Select(static argument => argument.Value as TypeReference).Prepend(attribute.AttributeType));

    // List<User[]> uses User.
    private static IEnumerable<TypeReference> Expand(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Expand).Prepend(generic.ElementType),
        TypeSpecification wrapper => Expand(wrapper.ElementType),
        _ => [type],
    };

    private static string PlaceOf(IEnumerable<MethodDefinition> methods) => methods
        .Where(static method => method.DebugInformation.HasSequencePoints)
        .SelectMany(static method => method.DebugInformation.SequencePoints)
        .FirstOrDefault(static point => !point.IsHidden) is { } first ? Format(first) : "";

    private static string Format(SequencePoint point)
    {
        var path = point.Document.Url.Replace('\\', '/');
        var start = new[] { "/libraries/", "/functions/" }.Select(folder => path.LastIndexOf(folder, StringComparison.Ordinal)).Max();
        return $"{path[(start + 1)..]}:{point.StartLine}";
    }
}
