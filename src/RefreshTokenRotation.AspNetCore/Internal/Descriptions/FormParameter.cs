using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace RefreshTokenRotation.AspNetCore.Internal.Descriptions;

/// <summary>Tells API descriptions of one parameter.</summary>
internal sealed class FormParameter(ParameterInfo parameter) : IParameterBindingMetadata
{
    public string Name => parameter.Name!;

    public bool HasTryParse => false;

    public bool HasBindAsync => false;

    public ParameterInfo ParameterInfo => parameter;

    public bool IsOptional => parameter.HasDefaultValue;
}
